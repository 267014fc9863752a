package io.sensorium.audio;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.sensorium.audio.spectrum.SpectrumEngine;
import io.sensorium.core.Audio;
import io.sensorium.core.Input;
import io.sensorium.core.Modality;
import io.sensorium.spi.ConfigReader;
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

    /** {@link AudioConfig#DEFAULT}. */
    @Override
    public ObjectNode defaultPreprocessing() {
        return ConfigReader.write(AudioConfig.DEFAULT);
    }

    /** 96 frames of 64 mel bins; three convolutions along time make 12 tokens. */
    @Override
    public EncoderConfig defaultEncoder() {
        var stem = new Stem.Conv1d(
                96, 64, List.of(new Stem.Conv(64, 5, 2), new Stem.Conv(64, 5, 2), new Stem.Conv(64, 3, 2)));
        return new EncoderConfig(stem, 64, 2, 4, 2, new Pool.Flatten(), 128);
    }

    @Override
    public Preprocessor preprocessor(ObjectNode preprocessing, @Nullable Path directory) {
        AudioConfig config = ConfigReader.read("audio", AudioConfig.DEFAULT, preprocessing);
        return new AudioPreprocessor(config, SpectrumEngine.of(config.engine()));
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
