package io.sensorium.nn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.Device;
import io.sensorium.core.ConfigException;
import io.sensorium.spi.EncoderConfig;
import io.sensorium.spi.Pool;
import io.sensorium.spi.Stem;
import java.util.List;
import org.junit.jupiter.api.Test;

class ComputeTest {
    private static final Processor PLAIN = new Processor(false, false);
    private static final Processor ZEN5 = new Processor(true, true);
    private static final Processor SAPPHIRE_RAPIDS = new Processor(true, false);

    private static Compute choose(String choice, int width, Processor processor) {
        return Compute.of(choice, Device.cpu(), List.of(patches(width)), processor);
    }

    private static EncoderConfig patches(int width) {
        return patches(width, 1);
    }

    private static EncoderConfig patches(int width, int depth) {
        return new EncoderConfig(new Stem.Patch(3, 64, 64, 8, 8), width, depth, 2, 4, new Pool.Mean(), 0);
    }

    private static EncoderConfig given(int width, int depth, Pool pool) {
        return new EncoderConfig(new Stem.Given(width, 49), width, depth, 2, 4, pool, 0);
    }

    @Test
    void bf16_is_chosen_where_the_processor_has_it_and_the_network_is_wide() {
        assertThat(choose("auto", 192, ZEN5)).isEqualTo(Compute.BF16);
        assertThat(choose("auto", 64, ZEN5)).isEqualTo(Compute.FP32);
        assertThat(choose("auto", 192, PLAIN)).isEqualTo(Compute.FP32);
        assertThat(choose("auto", 64, SAPPHIRE_RAPIDS)).isEqualTo(Compute.FP32);
    }

    @Test
    void a_head_over_a_frozen_backbone_does_not_make_a_narrow_encoder_beside_it_compute_as_a_wide_one() {
        assertThat(Compute.of("auto", Device.cpu(), List.of(patches(64), given(384, 0, new Pool.Mean())), ZEN5))
                .isEqualTo(Compute.FP32);
        assertThat(Compute.of("auto", Device.cpu(), List.of(patches(192), given(384, 0, new Pool.Mean())), ZEN5))
                .isEqualTo(Compute.BF16);
        assertThat(Compute.of("auto", Device.cpu(), List.of(patches(192, 0)), ZEN5))
                .as("a stem of its own")
                .isEqualTo(Compute.BF16);
        assertThat(Compute.of("auto", Device.cpu(), List.of(given(384, 1, new Pool.Mean())), ZEN5))
                .as("blocks over what the backbone gives")
                .isEqualTo(Compute.BF16);
        assertThat(Compute.of("auto", Device.cpu(), List.of(given(384, 0, new Pool.Attention(4))), ZEN5))
                .as("attention over what the backbone gives")
                .isEqualTo(Compute.BF16);
    }

    @Test
    void bf16_can_be_forced_and_forbidden() {
        assertThat(choose("bf16", 64, PLAIN)).isEqualTo(Compute.BF16);
        assertThat(choose("fp32", 192, SAPPHIRE_RAPIDS)).isEqualTo(Compute.FP32);
        assertThat(choose("fp32", 192, ZEN5)).isEqualTo(Compute.FP32_ONEDNN);
        assertThatThrownBy(() -> choose("fp16", 64, PLAIN))
                .isInstanceOf(ConfigException.class)
                .hasMessage("compute is 'fp16'; expected auto, fp32 or bf16");
    }

    @Test
    void a_processor_is_read_from_linux_cpuinfo() {
        assertThat(Processor.of(List.of("vendor_id\t: AuthenticAMD", "flags\t\t: fpu avx512f fpu avx512_bf16")))
                .isEqualTo(new Processor(true, true));
        assertThat(Processor.of(List.of("vendor_id\t: GenuineIntel", "flags\t\t: fpu avx512f amx_bf16")))
                .isEqualTo(new Processor(true, false));
        assertThat(Processor.of(List.of("Features\t: fp asimd bf16 i8mm"))).isEqualTo(new Processor(true, false));
        assertThat(Processor.of(List.of("processor\t: 0", "", "flags"))).isEqualTo(new Processor(false, false));
    }
}
