package io.sensorium.audio.decode;

import java.io.IOException;

/** What is wrong with a clip, said by code that doesn't know the item's name. */
final class BadMedia extends IOException {
    private static final long serialVersionUID = 1L;

    BadMedia(String problem, Object... values) {
        super(problem.formatted(values));
    }
}
