package io.sensorium.spi;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sensorium.core.ConfigException;
import java.util.List;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;

class StemTest {
    private static final List<Stem.Conv> LAYERS = List.of(new Stem.Conv(8, 4, 4), new Stem.Conv(8, 3, 2));

    @Test
    void an_input_that_no_array_can_hold_is_refused_by_its_axis() {
        assertRefused(() -> new Stem.Conv2d(3, -64, 64, LAYERS), "encoder.stem.height is -64; expected 1..65536");
        assertRefused(() -> new Stem.Conv2d(0, 64, 64, LAYERS), "encoder.stem.channels is 0; expected 1..65536");
        assertRefused(
                () -> new Stem.Conv2d(1, 65536, 65536, LAYERS),
                "encoder.stem is 1 × 65536 × 65536; expected at most 2147483647 numbers");
        assertRefused(() -> new Stem.Patch(-3, 64, 64, 8, 8), "encoder.stem.channels is -3; expected 1..65536");
        assertRefused(() -> new Stem.Patch(1, 1 << 20, 64, 8, 8), "encoder.stem.height is 1048576; expected 1..65536");
        assertRefused(() -> new Stem.Conv1d(0, 64, LAYERS), "encoder.stem.frames is 0; expected 1..65536");
        assertRefused(() -> new Stem.Conv1d(96, -1, LAYERS), "encoder.stem.bins is -1; expected 1..32767");
    }

    @Test
    void an_input_of_which_a_layer_leaves_nothing_is_refused() {
        assertRefused(
                () -> new Stem.Conv2d(3, 64, 3, LAYERS),
                "encoder.stem.width is 3; expected as many as the layers' kernels need");
        assertRefused(
                () -> new Stem.Conv1d(3, 64, LAYERS),
                "encoder.stem.frames is 3; expected as many as the layers' kernels need");
    }

    @Test
    void a_vocabulary_has_tables_of_a_size_and_ids_that_are_ints() {
        String expected = "; expected sizes of 1 or more, together at most 2147483647";
        assertRefused(
                () -> new Stem.Embed(List.of(257, -40_000), 16), "encoder.stem.vocabulary is [257, -40000]" + expected);
        assertRefused(
                () -> new Stem.Embed(List.of(Integer.MAX_VALUE, 1), 16),
                "encoder.stem.vocabulary is [2147483647, 1]" + expected);
    }

    private static void assertRefused(ThrowingCallable call, String message) {
        assertThatThrownBy(call).isInstanceOf(ConfigException.class).hasMessage(message);
    }
}
