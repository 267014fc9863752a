package io.sensorium.spi;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.ServiceLoader;
import java.util.stream.Stream;

/** The implementations of a service on the class path, whichever thread asks. */
public final class Providers {
    private Providers() {}

    /** Those that the library's class loader sees, then those that only the thread's context loader does. */
    public static <P> List<P> of(Class<P> service) {
        // the context loader of a pool's or a container's thread may see nothing of the application
        Map<String, ServiceLoader.Provider<P>> found = new LinkedHashMap<>();
        Stream.of(ServiceLoader.load(service, service.getClassLoader()), ServiceLoader.load(service))
                .flatMap(ServiceLoader::stream)
                .forEach(provider -> found.putIfAbsent(provider.type().getName(), provider));
        return found.values().stream().map(ServiceLoader.Provider::get).toList();
    }
}
