package io.sensorium.onnx;

import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.sensorium.spi.Backbone;
import io.sensorium.spi.BackboneConfig;
import io.sensorium.spi.ConfigReader;
import io.sensorium.spi.Features;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;

/** The tiny networks of make_networks.py. */
final class Networks {
    private static final JsonMapper MAPPER = JsonMapper.builder()
            .enable(com.fasterxml.jackson.core.json.JsonReadFeature.ALLOW_UNQUOTED_FIELD_NAMES)
            .enable(com.fasterxml.jackson.core.json.JsonReadFeature.ALLOW_SINGLE_QUOTES)
            .build();

    private Networks() {}

    static byte[] bytes(String name) {
        try (var in = Networks.class.getResourceAsStream(name)) {
            return in.readAllBytes();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** @param config fields of a {@link BackboneConfig} in loose JSON */
    static Backbone open(String name, String config) {
        return open(name, bytes(name), config);
    }

    static Backbone open(String name, byte[] network, String config) {
        return new OnnxProvider().open(Path.of(name), network, config(config), "cpu");
    }

    static BackboneConfig config(String config) {
        try {
            return ConfigReader.read("backbone", BackboneConfig.DEFAULT, (ObjectNode) MAPPER.readTree(config));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static float[] golden(String field) {
        try {
            var numbers = MAPPER.readTree(bytes("golden.json")).path(field);
            float[] values = new float[numbers.size()];
            for (int i = 0; i < values.length; i++) {
                values[i] = (float) numbers.get(i).asDouble();
            }
            return values;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** 0, 1, 2… */
    static Features.Dense counted(int... shape) {
        float[] values = new float[Arrays.stream(shape).reduce(1, (a, b) -> a * b)];
        for (int i = 0; i < values.length; i++) {
            values[i] = i;
        }
        return new Features.Dense(values, shape, shape[0]);
    }

    static Features.Dense pixels(int picture) {
        float[] values = new float[3 * 16 * 16];
        for (int i = 0; i < values.length; i++) {
            values[i] = (picture * values.length + i) * 37 % 255 / 127.5f - 1;
        }
        return new Features.Dense(values, new int[] {3, 16, 16}, 3);
    }

    static float[] run(Backbone backbone, Features... windows) {
        List<Features.Dense> results = backbone.run("it", List.of(windows));
        float[] all =
                new float[results.stream().mapToInt(r -> r.values().length).sum()];
        int at = 0;
        for (Features.Dense result : results) {
            System.arraycopy(result.values(), 0, all, at, result.values().length);
            at += result.values().length;
        }
        return all;
    }
}
