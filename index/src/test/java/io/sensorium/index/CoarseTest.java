package io.sensorium.index;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.sensorium.core.Vectors;
import java.util.Random;
import org.junit.jupiter.api.Test;

class CoarseTest {
    private final Random random = new Random(1);

    @Test
    void a_dot_product_of_unit_vectors_is_off_by_little_however_many_dimensions_there_are() {
        for (int dimension : new int[] {1, 3, 64, 257, 4096}) {
            for (int i = 0; i < 50; i++) {
                float[] a = unit(dimension);
                float[] b = unit(dimension);
                assertThat(Coarse.of(a).dot(Coarse.of(b)))
                        .as("%d dimensions", dimension)
                        .isCloseTo(Vectors.dot(a, b), within(0.008));
            }
        }
    }

    @Test
    void zeros_stay_zeros() {
        assertThat(Coarse.of(new float[8]).dot(Coarse.of(unit(8)))).isZero();
    }

    private float[] unit(int dimension) {
        float[] values = new float[dimension];
        for (int i = 0; i < dimension; i++) {
            values[i] = (float) random.nextGaussian();
        }
        return Vectors.unit(values);
    }
}
