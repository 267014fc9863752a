package io.sensorium.benchmarks;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.sensorium.audio.AudioProvider;
import io.sensorium.core.Input;
import io.sensorium.image.ImageProvider;
import io.sensorium.spi.Features;
import io.sensorium.spi.ModalityProvider;
import io.sensorium.spi.Preprocessor;
import io.sensorium.text.TextProvider;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;

/**
 * From a file to features with the default configuration, on one thread: what an encoder waits for. The files are those
 * that {@code peer.py --inputs} wrote to the folder of the system property {@code sensorium.benchmark.inputs}.
 */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
public class PreprocessorBenchmark {
    @Benchmark
    public List<Features> preprocess_image_png(Preprocessors state) {
        return state.image.features("picture.png");
    }

    @Benchmark
    public List<Features> preprocess_image_jpeg(Preprocessors state) {
        return state.image.features("picture.jpg");
    }

    @Benchmark
    public List<Features> preprocess_image_webp(Preprocessors state) {
        return state.image.features("picture.webp");
    }

    @Benchmark
    public List<Features> preprocess_audio_wav(Preprocessors state) {
        return state.audio.features("clip.wav");
    }

    @Benchmark
    public List<Features> preprocess_audio_flac(Preprocessors state) {
        return state.audio.features("clip.flac");
    }

    @Benchmark
    public List<Features> preprocess_audio_ogg(Preprocessors state) {
        return state.audio.features("clip.ogg");
    }

    @Benchmark
    public List<Features> preprocess_audio_mp3(Preprocessors state) {
        return state.audio.features("clip.mp3");
    }

    @Benchmark
    public List<Features> preprocess_audio_opus(Preprocessors state) {
        return state.audio.features("clip.opus");
    }

    @Benchmark
    public List<Features> preprocess_text_bytes(Preprocessors state) {
        return state.bytes.features(state.caption);
    }

    @Benchmark
    public List<Features> preprocess_text_subwords(Preprocessors state) {
        return state.subwords.features(state.caption);
    }

    /** One preprocessor of each kind, and the caption in memory. */
    @State(Scope.Thread)
    public static class Preprocessors {
        private static final Path INPUTS =
                Path.of(System.getProperty("sensorium.benchmark.inputs", "target/benchmark-inputs"));

        final Reader image = new Reader(new ImageProvider(), JsonNodeFactory.instance.objectNode());
        final Reader audio = new Reader(new AudioProvider(), JsonNodeFactory.instance.objectNode());
        final Reader bytes = new Reader(new TextProvider(), JsonNodeFactory.instance.objectNode());
        final Reader subwords = new Reader(
                new TextProvider(), JsonNodeFactory.instance.objectNode().put("tokenizer", "tokenizer.json"));
        final Input caption = new TextProvider().input(INPUTS.resolve("caption.txt"));

        /** A provider with its preprocessor. */
        static final class Reader {
            private final ModalityProvider provider;
            private final Preprocessor preprocessor;

            Reader(ModalityProvider provider, ObjectNode config) {
                this.provider = provider;
                preprocessor = provider.preprocessor(config, INPUTS);
            }

            List<Features> features(String file) {
                return features(provider.input(INPUTS.resolve(file)));
            }

            List<Features> features(Input input) {
                return preprocessor.features(preprocessor.decode(input));
            }
        }
    }
}
