package io.sensorium.jepa;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.sensorium.core.Input;
import io.sensorium.core.Modality;
import io.sensorium.core.Text;
import io.sensorium.spi.EncoderConfig;
import io.sensorium.spi.Features;
import io.sensorium.spi.ModalityProvider;
import io.sensorium.spi.Pool;
import io.sensorium.spi.Preprocessor;
import io.sensorium.spi.Stem;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.Semaphore;
import org.jspecify.annotations.Nullable;

/** Makes a vector of the number that a text is, whichever modality it stands for. */
public class Numbers implements Preprocessor {
    public static final int SIZE = 4;

    /** A text that is decoded for as long as nobody interrupts it. */
    public static final String ENDLESS = "endless";

    /** Released whenever an endless text is begun. */
    public static final Semaphore BEGUN = new Semaphore(0);

    private final Modality modality;
    private final int size;

    public Numbers(Modality modality, int size) {
        this.modality = modality;
        this.size = size;
    }

    public static EncoderConfig encoder(int size) {
        return new EncoderConfig(new Stem.Given(size, 1), SIZE, 0, 1, 1, new Pool.Mean(), 0);
    }

    private record Decoded(float number) implements Preprocessor.Decoded {
        @Override
        public long bytes() {
            return Float.BYTES;
        }
    }

    @Override
    public Modality modality() {
        return modality;
    }

    @Override
    public ObjectNode config() {
        return JsonNodeFactory.instance.objectNode();
    }

    @Override
    public Preprocessor.Decoded decode(Input input) {
        String text = ((Text) input).text();
        if (text.equals(ENDLESS)) {
            BEGUN.release();
            try {
                Thread.sleep(Long.MAX_VALUE);
            } catch (InterruptedException e) {
                return new Decoded(0);
            }
        }
        return new Decoded(Float.parseFloat(text));
    }

    @Override
    public List<Features> features(Preprocessor.Decoded decoded) {
        float[] values = new float[size];
        Arrays.fill(values, ((Decoded) decoded).number());
        return List.of(new Features.Dense(values, new int[] {1, size}, 1));
    }

    @Override
    public Features augment(Preprocessor.Decoded decoded, SplittableRandom random) {
        return features(decoded).getFirst();
    }

    private abstract static class Provider implements ModalityProvider {
        @Override
        public ObjectNode defaultPreprocessing() {
            return JsonNodeFactory.instance.objectNode();
        }

        @Override
        public EncoderConfig defaultEncoder() {
            return encoder(SIZE);
        }

        @Override
        public Preprocessor preprocessor(ObjectNode preprocessing, @Nullable Path directory) {
            return new Numbers(modality(), SIZE);
        }

        @Override
        public Input input(Path file) {
            return Text.of(file.getFileName().toString());
        }

        @Override
        public Set<String> extensions() {
            return Set.of();
        }
    }

    /** On the class path of tests. */
    public static final class Texts extends Provider {
        @Override
        public Modality modality() {
            return Modality.TEXT;
        }
    }

    /** On the class path of tests, to predict from and to. */
    public static final class Images extends Provider {
        @Override
        public Modality modality() {
            return Modality.IMAGE;
        }
    }
}
