package io.sensorium.samples.corpora;

import java.nio.charset.StandardCharsets;

/** Pictures so small that a test can have many. */
final class Pictures {
    private Pictures() {}

    /** A square of a colour. */
    static byte[] svg(String colour) {
        return svg(colour, "");
    }

    static byte[] svg(String colour, String metadata) {
        return ("<svg xmlns='http://www.w3.org/2000/svg' width='8' height='8'>%s<rect width='8' height='8' fill='%s'/></svg>"
                        .formatted(metadata, colour))
                .getBytes(StandardCharsets.UTF_8);
    }
}
