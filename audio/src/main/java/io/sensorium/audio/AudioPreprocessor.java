package io.sensorium.audio;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.sensorium.audio.decode.DecodeLimits;
import io.sensorium.audio.decode.EncodedClip;
import io.sensorium.audio.decode.SampleSink;
import io.sensorium.audio.dsp.MelSpectrogram;
import io.sensorium.audio.dsp.Repeater;
import io.sensorium.audio.dsp.Resampler;
import io.sensorium.audio.spectrum.SpectrumEngine;
import io.sensorium.core.Audio;
import io.sensorium.core.Input;
import io.sensorium.core.MediaException;
import io.sensorium.core.Modality;
import io.sensorium.spi.Features;
import io.sensorium.spi.Preprocessor;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/**
 * Clips to windows of normalised log-mel frames: {@code frames × mels} values of about unit variance, in which 0 is the
 * clip's mean. A short clip is one window, padded behind; a long one gives overlapping windows. Thread-safe.
 */
final class AudioPreprocessor implements Preprocessor {
    private final AudioConfig config;
    private final MelSpectrogram spectrogram;
    private final DecodeLimits limits;
    private final Views views;

    AudioPreprocessor(AudioConfig config, SpectrumEngine engine) {
        this.config = config;
        this.spectrogram = new MelSpectrogram(
                engine,
                config.sampleRate(),
                config.fft(),
                config.window(),
                config.hop(),
                config.mels(),
                config.fmin(),
                config.fmax(),
                config.scale());
        this.limits = new DecodeLimits(DecodeLimits.DEFAULT.bytes(), config.maxSeconds());
        this.views = new Views(config);
    }

    @Override
    public Modality modality() {
        return Modality.AUDIO;
    }

    @Override
    public ObjectNode config() {
        return config.identity();
    }

    @Override
    public Decoded decode(Input input) {
        if (!(input instanceof Audio audio)) {
            throw new MediaException(input.label(), "is %s; expected audio".formatted(input.modality()));
        }
        EncodedClip clip = EncodedClip.open(audio.source(), limits);
        var mel = new LogMel.Builder(config);
        MelSpectrogram.Stream frames = spectrogram.stream(mel);
        switch (config.pad()) {
            case SILENCE -> decode(clip, frames);
            case REPEAT -> {
                var repeater = new Repeater((config.frames() - 1) * config.hop(), frames);
                decode(clip, repeater);
                repeater.finish();
            }
        }
        frames.finish();
        return mel.build();
    }

    private void decode(EncodedClip clip, SampleSink sink) {
        if (clip.info().sampleRate() == config.sampleRate()) {
            clip.decode(sink);
        } else {
            var resampler = new Resampler(clip.info().sampleRate(), config.sampleRate(), sink);
            clip.decode(resampler);
            resampler.finish();
        }
    }

    @Override
    public List<Features> features(Decoded decoded) {
        var clip = (LogMel) decoded;
        int size = config.frames();
        int rest = clip.frames() - size;
        if (rest <= 0) {
            return List.of(views.window(clip, 0));
        }
        double stride = Math.max(1, size * (1 - config.overlap()));
        int count = (int) Math.min(config.maxWindows(), 1 + (long) Math.ceil(rest / stride));
        List<Features> windows = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            // the first window starts the clip, the last one ends it
            windows.add(views.window(clip, count == 1 ? 0 : (int) ((long) rest * i / (count - 1))));
        }
        return windows;
    }

    @Override
    public Features augment(Decoded decoded, SplittableRandom random) {
        return views.random((LogMel) decoded, random);
    }
}
