package io.sensorium.audio;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.sensorium.audio.spectrum.SpectrumEngine;
import io.sensorium.core.Audio;
import io.sensorium.core.ConfigException;
import io.sensorium.core.Input;
import io.sensorium.core.Messages;
import io.sensorium.core.Modality;
import io.sensorium.spi.EncoderConfig;
import io.sensorium.spi.ModalityProvider;
import io.sensorium.spi.Pool;
import io.sensorium.spi.Preprocessor;
import io.sensorium.spi.Stem;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Plugs the audio modality in. */
public final class AudioProvider implements ModalityProvider {
    @Override
    public Modality modality() {
        return Modality.AUDIO;
    }

    @Override
    public ObjectNode defaultPreprocessing() {
        return AudioConfig.defaults();
    }

    /** 96 frames of 64 mel bins; three convolutions along time make 12 tokens. */
    @Override
    public EncoderConfig defaultEncoder() {
        var stem = new Stem.Conv1d(
                96, 64, List.of(new Stem.Conv(64, 5, 2), new Stem.Conv(64, 5, 2), new Stem.Conv(64, 3, 2)));
        return new EncoderConfig(stem, 64, 2, 4, 2, new Pool.Flatten(), 128);
    }

    /**
     * @param preprocessing besides what identifies a model it may name an {@code engine}: {@code auto},
     *     {@code jtransforms} or {@code tarsos}
     */
    @Override
    public Preprocessor preprocessor(ObjectNode preprocessing, @Nullable Path directory) {
        AudioConfig config = AudioConfig.of(preprocessing);
        JsonNode engine = preprocessing.path("engine");
        if (!engine.isTextual() && !engine.isMissingNode()) {
            throw new ConfigException(
                    "audio.engine is %s; expected a name".formatted(Messages.excerpt(engine.toString())));
        }
        return new AudioPreprocessor(config, SpectrumEngine.of(engine.asText("auto")));
    }

    @Override
    public Input input(Path file) {
        return Audio.of(file);
    }

    @Override
    public Set<String> extensions() {
        return Set.of("wav", "aiff", "aif", "aifc", "au", "snd", "mp3", "ogg", "oga", "flac", "opus");
    }
}
