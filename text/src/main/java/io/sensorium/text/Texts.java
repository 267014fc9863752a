package io.sensorium.text;

import io.sensorium.core.Input;
import io.sensorium.core.MediaException;
import io.sensorium.core.Source;
import io.sensorium.core.Text;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CoderResult;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/** Reads texts, within bounds. */
final class Texts {
    /** The largest text file, in bytes, and the longest text, in UTF-16 units. */
    static final int LONGEST = 1 << 20;

    private Texts() {}

    /** The text of an input that is one and isn't too long. */
    static String of(Input input) {
        if (!(input instanceof Text text)) {
            throw new IllegalArgumentException("%s input given to the text preprocessor".formatted(input.modality()));
        }
        if (text.text().length() > LONGEST) {
            throw new MediaException(
                    input.label(),
                    "has %,d characters; at most %,d are read"
                            .formatted(text.text().length(), LONGEST));
        }
        return text.text();
    }

    /**
     * The text in a UTF-8 file, without its byte order mark.
     *
     * @throws MediaException if the file can't be read, is too large or isn't UTF-8
     */
    static Text read(Path path) {
        var file = new Source.File(path);
        byte[] bytes = file.read(LONGEST);
        var in = ByteBuffer.wrap(bytes);
        var out = CharBuffer.allocate(bytes.length);
        CoderResult result = StandardCharsets.UTF_8
                .newDecoder()
                .onMalformedInput(CodingErrorAction.REPORT)
                .onUnmappableCharacter(CodingErrorAction.REPORT)
                .decode(in, out, true);
        if (result.isError()) {
            throw new MediaException(
                    file.label(), "not UTF-8: byte %d is 0x%02x".formatted(in.position(), bytes[in.position()] & 255));
        }
        String text = out.flip().toString();
        return Text.of(text.startsWith("\uFEFF") ? text.substring(1) : text);
    }
}
