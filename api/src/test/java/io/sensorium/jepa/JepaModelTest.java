package io.sensorium.jepa;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sensorium.core.ConfigException;
import io.sensorium.core.Embedded;
import io.sensorium.core.Embedding;
import io.sensorium.core.Fingerprint;
import io.sensorium.core.Input;
import io.sensorium.core.MediaException;
import io.sensorium.core.Modality;
import io.sensorium.core.Text;
import io.sensorium.nn.Compute;
import io.sensorium.nn.WithEngine;
import io.sensorium.spi.EncoderConfig;
import io.sensorium.spi.Features;
import io.sensorium.spi.Preprocessor;
import java.lang.ref.WeakReference;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class JepaModelTest extends WithEngine {
    private static final int LATENT = 6;

    private final ExecutorService decoders = Executors.newFixedThreadPool(2);
    private final ExecutorService callers = Executors.newFixedThreadPool(4);

    @AfterEach
    void stopThreads() {
        decoders.shutdownNow();
        callers.shutdownNow();
    }

    private JepaModel model(int size, Preprocessor preprocessor) {
        EncoderConfig encoder = Numbers.encoder(size);
        var jepa = new Jepa(
                manager,
                kernels,
                Compute.FP32,
                LATENT,
                Map.of(Modality.TEXT, encoder, Modality.IMAGE, encoder),
                new PredictorConfig(1, 8),
                3);
        return new JepaModel(manager, jepa, Map.of(Modality.TEXT, preprocessor), decoders, "model");
    }

    @Test
    void closing_waits_for_the_passes_under_way_and_then_all_is_refused() throws Exception {
        JepaModel model = model(Numbers.SIZE, new Numbers(Modality.TEXT, Numbers.SIZE));
        JepaModel same = model.with(Map.of());
        Embedding latent = model.embed(Text.of("1"));
        var started = new CountDownLatch(4);
        var running = new ArrayList<Future<?>>();
        for (int i = 0; i < 4; i++) {
            JepaModel used = i % 2 == 0 ? model : same;
            running.add(callers.submit(() -> {
                for (int n = 0; ; n++) {
                    used.predict(used.embed(Text.of("1")), Modality.IMAGE);
                    if (n == 10) {
                        started.countDown();
                    }
                }
            }));
        }
        assertThat(started.await(30, TimeUnit.SECONDS)).isTrue();

        model.close();
        manager.close();

        for (Future<?> caller : running) {
            assertThatThrownBy(() -> caller.get(30, TimeUnit.SECONDS))
                    .isInstanceOf(ExecutionException.class)
                    .cause()
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessage("the model is closed");
        }
        assertClosed(() -> same.embed(Text.of("1")));
        assertClosed(() -> same.prepare(Text.of("1")));
        assertClosed(() -> same.embedAll(List.of()));
        assertClosed(() -> same.predict(latent, Modality.TEXT));
        assertClosed(() -> same.references(Modality.TEXT));
    }

    @Test
    void what_is_left_of_a_list_is_not_decoded_once_an_input_has_ended_it() throws Exception {
        var decoded = new AtomicInteger();
        var failing = new Numbers(Modality.TEXT, Numbers.SIZE) {
            @Override
            public Preprocessor.Decoded decode(Input input) {
                if (input.label().contains("fatal")) {
                    throw new StackOverflowError("of a decoder");
                }
                decoded.incrementAndGet();
                return super.decode(input);
            }
        };
        JepaModel model = model(Numbers.SIZE, failing);
        var inputs = new ArrayList<>(Collections.nCopies(100, Text.of(Numbers.ENDLESS)));
        inputs.addFirst(Text.of("fatal"));

        assertThatThrownBy(() -> model.embedAll(inputs))
                .isInstanceOf(StackOverflowError.class)
                .hasMessage("of a decoder");

        decoders.shutdownNow()
                .forEach(left -> assertThat(((Future<?>) left).isCancelled()).isTrue());
        assertThat(decoders.awaitTermination(30, TimeUnit.SECONDS)).isTrue();
        assertThat(decoded).hasValueLessThanOrEqualTo(3);
        assertClosed(() -> model.embedAll(List.of(Text.of("1"))));
    }

    @Test
    void a_list_of_large_inputs_holds_few_of_them_at_a_time() {
        int size = 1 << 16;
        var held = new ArrayList<WeakReference<Features>>();
        var most = new AtomicInteger();
        var large = new Numbers(Modality.TEXT, size) {
            @Override
            public List<Features> features(Preprocessor.Decoded decoded) {
                // 8 MB
                List<Features> windows = IntStream.range(0, 32)
                        .mapToObj(i -> super.features(decoded).getFirst())
                        .toList();
                synchronized (held) {
                    held.add(new WeakReference<>(windows.getFirst()));
                    if (held.size() % 5 == 0) {
                        System.gc();
                    }
                    most.accumulateAndGet(
                            (int) held.stream().filter(one -> one.get() != null).count(), Math::max);
                }
                return windows;
            }
        };
        var inputs = new ArrayList<Text>();
        for (int i = 0; i < 60; i++) {
            inputs.add(Text.of("0." + i));
        }

        List<Embedded> embedded = model(size, large).embedAll(inputs);

        assertThat(embedded).extracting(Embedded::input).containsExactlyElementsOf(inputs);
        assertThat(embedded).allSatisfy(one -> assertThat(one).isInstanceOf(Embedded.Done.class));
        // 128 MB, and what the chunk before and two decoders still hold
        assertThat(most).hasValueLessThan(16 + 8 + 4 + 5);
    }

    @Test
    void a_latent_that_is_not_finite_fails_its_input_alone() {
        JepaModel model = model(Numbers.SIZE, new Numbers(Modality.TEXT, Numbers.SIZE));

        List<Embedded> embedded = model.embedAll(List.of(Text.of("1"), Text.of("NaN"), Text.of("2")));

        for (int i : new int[] {0, 2}) {
            assertThat(embedded.get(i).orThrow().toArray())
                    .usingComparatorWithPrecision(1e-5f)
                    .containsExactly(model.embed(embedded.get(i).input()).toArray());
        }
        for (ThrowingCallable call :
                List.<ThrowingCallable>of(embedded.get(1)::orThrow, () -> model.embed(Text.of("NaN")))) {
            assertThatThrownBy(call)
                    .isInstanceOf(MediaException.class)
                    .hasMessage("\"NaN\": the text encoder makes a latent of it that is not finite");
        }
    }

    @Test
    void a_latent_of_another_dimension_is_not_predicted_from() {
        JepaModel model = model(Numbers.SIZE, new Numbers(Modality.TEXT, Numbers.SIZE));
        for (int dimension : new int[] {LATENT - 1, LATENT + 1}) {
            var latent = new Embedding(Modality.TEXT, "model", new float[dimension]);
            assertThatThrownBy(() -> model.predict(latent, Modality.IMAGE))
                    .isInstanceOf(ConfigException.class)
                    .hasMessage("%s can't be predicted from by model %s, whose latents have 6 dimensions"
                            .formatted(latent, Fingerprint.brief("model")));
        }
    }

    private static void assertClosed(ThrowingCallable call) {
        assertThatThrownBy(call).isInstanceOf(IllegalStateException.class).hasMessage("the model is closed");
    }
}
