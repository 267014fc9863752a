package io.sensorium.spi;

import java.nio.file.Path;

/**
 * Runs networks of one file format. Implementations have a public no-argument constructor, are listed in
 * {@code META-INF/services} and are thread-safe.
 */
public interface BackboneProvider {
    /**
     * @param file where errors say the network is from
     * @param network the file's content
     * @param device {@code auto}, {@code cpu} or {@code cuda:N}; a network stays on the CPU where its runtime can't use
     *     the GPU
     * @throws io.sensorium.core.ConfigException if it is no such network, or the configuration doesn't fit it; says what
     *     it has
     * @throws io.sensorium.core.EngineException if the runtime can't start
     */
    Backbone open(Path file, byte[] network, BackboneConfig config, String device);
}
