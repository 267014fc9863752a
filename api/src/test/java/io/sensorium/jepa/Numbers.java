package io.sensorium.jepa;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.sensorium.core.Input;
import io.sensorium.core.Modality;
import io.sensorium.core.Text;
import io.sensorium.spi.Features;
import io.sensorium.spi.Preprocessor;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;

/** Makes a vector of a text: one number, as often as it is long. */
class Numbers implements Preprocessor {
    private final int size;

    Numbers(int size) {
        this.size = size;
    }

    private record Decoded(float number) implements Preprocessor.Decoded {
        @Override
        public long bytes() {
            return Float.BYTES;
        }
    }

    @Override
    public Modality modality() {
        return Modality.TEXT;
    }

    @Override
    public ObjectNode config() {
        return JsonNodeFactory.instance.objectNode();
    }

    @Override
    public Preprocessor.Decoded decode(Input input) {
        return new Decoded(Float.parseFloat(((Text) input).text()));
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
}
