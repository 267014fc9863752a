package io.sensorium.index.jobs;

import io.sensorium.core.Audio;
import io.sensorium.core.Image;
import io.sensorium.core.Input;
import io.sensorium.core.Modality;
import io.sensorium.core.Source;
import io.sensorium.core.Text;
import io.sensorium.index.Metadata;
import io.sensorium.index.StoredView;
import java.nio.charset.StandardCharsets;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Optional;

/**
 * What a job keeps of a view beside its vector, as metadata under reserved names: the SHA-256 of its content, by which the
 * next job knows it again, and where it came from, by which it can be embedded again with another model.
 */
final class Recorded {
    static final String CONTENT = Metadata.RESERVED + "sha256";
    static final String ORIGIN = Metadata.RESERVED + "origin";

    private static final String FILE = "file:";
    private static final String TEXT = "text:";
    /** A longer text doesn't go into the metadata, whose values are terms of the index. */
    private static final int TEXT_LIMIT = 8192;

    private Recorded() {}

    /** The caller's metadata and the job's own. */
    static Metadata with(Metadata metadata, Input input, String hash) {
        Metadata.Builder all = Metadata.builder();
        metadata.fields().forEach((name, values) -> {
            if (!name.startsWith(Metadata.RESERVED)) {
                values.forEach(value -> all.put(name, value));
            }
        });
        all.put(CONTENT, hash);
        origin(input).ifPresent(origin -> all.put(ORIGIN, origin));
        return all.build();
    }

    static boolean hasContent(StoredView view, String hash) {
        return view.metadata().value(CONTENT).filter(hash::equals).isPresent();
    }

    /** The view's input, as it is there now; empty if it came from memory or is too long a text. */
    static Optional<Input> input(StoredView view) {
        return view.metadata().value(ORIGIN).flatMap(origin -> input(origin, view.modality()));
    }

    private static Optional<Input> input(String origin, Modality modality) {
        if (origin.startsWith(TEXT) && modality.equals(Modality.TEXT)) {
            return Optional.of(Text.of(origin.substring(TEXT.length())));
        }
        if (!origin.startsWith(FILE)) {
            return Optional.empty();
        }
        try {
            Path file = Path.of(origin.substring(FILE.length()));
            if (modality.equals(Modality.IMAGE)) {
                return Optional.of(Image.of(file));
            }
            return modality.equals(Modality.AUDIO) ? Optional.of(Audio.of(file)) : Optional.empty();
        } catch (InvalidPathException e) {
            return Optional.empty();
        }
    }

    private static Optional<String> origin(Input input) {
        return switch (input) {
            case Text text ->
                text.text().getBytes(StandardCharsets.UTF_8).length <= TEXT_LIMIT
                        ? Optional.of(TEXT + text.text())
                        : Optional.empty();
            case Image image -> origin(image.source());
            case Audio audio -> origin(audio.source());
        };
    }

    private static Optional<String> origin(Source source) {
        return source instanceof Source.File file
                ? Optional.of(FILE + file.path().toAbsolutePath().normalize())
                : Optional.empty();
    }
}
