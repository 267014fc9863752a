package io.sensorium.core;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class EmbeddingTest {
    @Test
    void a_cosine_is_never_beyond_one_however_the_vectors_round() {
        var random = new SplittableRandom(5);
        for (int i = 0; i < 200; i++) {
            float[] vector = new float[3 + i];
            float[] opposite = new float[vector.length];
            for (int d = 0; d < vector.length; d++) {
                vector[d] = (float) random.nextGaussian();
                opposite[d] = -vector[d];
            }
            var embedding = new Embedding(Modality.TEXT, "model", vector);

            assertThat(embedding.cosine(embedding)).isBetween(.999999, 1.0);
            assertThat(embedding.cosine(new Embedding(Modality.TEXT, "model", opposite)))
                    .isBetween(-1.0, -.999999);
        }
    }
}
