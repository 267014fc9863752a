package io.sensorium.nn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.Device;
import ai.djl.pytorch.jni.JniUtils;
import io.sensorium.core.MediaException;
import io.sensorium.spi.EncoderConfig;
import io.sensorium.spi.Pool;
import io.sensorium.spi.Stem;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class LanesTest extends WithEngine {
    private int before;

    @BeforeEach
    void giveTheEngineFiveThreads() {
        before = JniUtils.getNumThreads();
        JniUtils.setNumThreads(5);
    }

    @AfterEach
    void takeThemBack() {
        JniUtils.setNumThreads(before);
    }

    @Test
    void results_come_in_the_order_of_the_items_though_larger_ones_are_begun_first() {
        List<Integer> begun = Collections.synchronizedList(new ArrayList<>());
        try (Lanes lanes = Lanes.atMost(2)) {
            var firstTwo = new CountDownLatch(2);
            List<String> results = lanes.map(List.of(3, 1, 7, 5), i -> i, i -> {
                begun.add(i);
                firstTwo.countDown();
                await(firstTwo);
                return "of " + i;
            });

            assertThat(results).containsExactly("of 3", "of 1", "of 7", "of 5");
            assertThat(begun.subList(0, 2)).containsExactlyInAnyOrder(7, 5);
        }
    }

    @Test
    void threads_of_the_engine_are_shared_out_and_given_back() {
        try (Lanes lanes = Lanes.atMost(2)) {
            assertThat(lanes.map(List.of(1, 2), i -> i, i -> JniUtils.getNumThreads()))
                    .containsOnly(2);
            assertThat(JniUtils.getNumThreads()).isEqualTo(2);
            assertThat(CompletableFuture.supplyAsync(JniUtils::getNumThreads, command -> new Thread(command).start())
                            .join())
                    .as("of a thread that has nothing to do with them")
                    .isEqualTo(5);
        }
        assertThat(JniUtils.getNumThreads()).isEqualTo(5);
    }

    @Test
    void a_failure_comes_out_as_it_is_when_all_else_has_ended() {
        var ended = new AtomicBoolean();
        try (Lanes lanes = Lanes.atMost(2)) {
            assertThatThrownBy(() -> lanes.map(List.of(1, 2), i -> i, i -> {
                        if (i == 1) {
                            throw new MediaException("item", "broken");
                        }
                        pause();
                        ended.set(true);
                        return i;
                    }))
                    .isInstanceOf(MediaException.class)
                    .hasMessageContaining("broken");
            assertThat(ended).isTrue();
        }
    }

    @Test
    void wide_networks_a_gpu_or_an_engine_of_one_thread_have_one_lane_which_is_the_callers() {
        assertThat(onCallers(Lanes.of(Device.cpu(), List.of(encoder(64), encoder(128)))))
                .isTrue();
        assertThat(onCallers(Lanes.of(Device.gpu(), List.of(encoder(64), encoder(64)))))
                .isTrue();
        assertThat(onCallers(Lanes.of(Device.cpu(), List.of(encoder(64), encoder(64)))))
                .isFalse();
        JniUtils.setNumThreads(1);
        assertThat(onCallers(Lanes.of(Device.cpu(), List.of(encoder(64), encoder(64)))))
                .isTrue();
    }

    @Test
    void a_head_over_a_frozen_backbone_takes_no_lane_and_no_threads_from_the_encoder_beside_it() {
        assertThat(onCallers(Lanes.of(Device.cpu(), List.of(encoder(64), encoder(384, 0)))))
                .isTrue();
        assertThat(onCallers(Lanes.of(Device.cpu(), List.of(encoder(64), encoder(64), encoder(384, 0)))))
                .isFalse();
    }

    private static boolean onCallers(Lanes lanes) {
        try (lanes) {
            return lanes.map(List.of(1, 2), i -> i, i -> Thread.currentThread()).stream()
                    .allMatch(Thread.currentThread()::equals);
        }
    }

    private static EncoderConfig encoder(int width) {
        return encoder(width, 1);
    }

    private static EncoderConfig encoder(int width, int depth) {
        return new EncoderConfig(new Stem.Given(width, 1), width, depth, 1, 1, new Pool.Mean(), 0);
    }

    private static void await(CountDownLatch latch) {
        try {
            latch.await(20, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private static void pause() {
        try {
            Thread.sleep(50);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }
}
