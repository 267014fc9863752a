package io.sensorium.frozen;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.sensorium.core.ConfigException;
import io.sensorium.core.Image;
import io.sensorium.core.Input;
import io.sensorium.core.MediaException;
import io.sensorium.core.Modality;
import io.sensorium.spi.Backbone;
import io.sensorium.spi.BackboneConfig;
import io.sensorium.spi.ConfigReader;
import io.sensorium.spi.Features;
import io.sensorium.spi.Preprocessor;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FrozenPreprocessorTest {
    @TempDir
    private Path folder;

    private Path picture;
    private Runnable whileDecoding = () -> {};
    private int runs;

    @BeforeEach
    void aPicture() {
        picture = folder.resolve("picture");
        write(1);
    }

    private void write(int content) {
        try {
            Files.write(picture, new byte[] {(byte) content});
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** A picture is its first byte; a random view of it the byte times ten. */
    private final class Bytes implements Preprocessor {
        private final ObjectNode config;

        Bytes(ObjectNode config) {
            this.config = config;
        }

        private record Byte(int value) implements Decoded {
            @Override
            public long bytes() {
                return 4;
            }
        }

        @Override
        public Modality modality() {
            return Modality.IMAGE;
        }

        @Override
        public ObjectNode config() {
            return config;
        }

        @Override
        public Decoded decode(Input input) {
            whileDecoding.run();
            return new Byte(((Image) input).source().read(1)[0]);
        }

        @Override
        public List<Features> features(Decoded decoded) {
            return List.of(one(((Byte) decoded).value()));
        }

        @Override
        public Features augment(Decoded decoded, SplittableRandom random) {
            return one(10 * ((Byte) decoded).value());
        }
    }

    private static Features.Dense one(float value) {
        return new Features.Dense(new float[] {value}, new int[] {1, 1}, 1);
    }

    private final class Same implements Backbone {
        @Override
        public int size() {
            return 1;
        }

        @Override
        public int tokens() {
            return 1;
        }

        @Override
        public List<Features.Dense> run(String label, List<Features> windows) {
            runs++;
            if (value(windows.getFirst()) < 0) {
                throw new ConfigException("n.onnx doesn't take what preprocessing makes of " + label);
            }
            return windows.stream().map(window -> (Features.Dense) window).toList();
        }

        @Override
        public void close() {}
    }

    private static ObjectNode json(String field, int value) {
        return JsonNodeFactory.instance.objectNode().put(field, value);
    }

    private FrozenPreprocessor frozen(ObjectNode preprocessing, ObjectNode backbone) {
        return new FrozenPreprocessor(
                new Bytes(preprocessing),
                ConfigReader.read("backbone", BackboneConfig.DEFAULT, backbone),
                new NetworkFile(folder.resolve("n.onnx"), new byte[0], "0".repeat(64)),
                new Same(),
                new FeatureCache(folder.resolve("cache"), 1 << 20));
    }

    private FrozenPreprocessor frozen() {
        return frozen(json("size", 1), json("variants", 1));
    }

    private float plain(FrozenPreprocessor preprocessor) {
        return value(
                preprocessor.features(preprocessor.decode(Image.of(picture))).getFirst());
    }

    private static float value(Features features) {
        return ((Features.Dense) features).values()[0];
    }

    @Test
    void what_a_network_does_not_take_is_the_inputs_fault_once_it_took_others_in_this_run_or_an_earlier_one() {
        assertThat(plain(frozen())).isEqualTo(1);
        FrozenPreprocessor later = frozen();
        plain(later);
        for (int i = 1; i < 9; i++) {
            write(-i);
            assertThatThrownBy(() -> plain(later)).isInstanceOf(MediaException.class);
        }
    }

    @Test
    void a_network_that_takes_none_of_the_first_three_inputs_is_wrongly_configured() {
        FrozenPreprocessor fresh = frozen();
        for (int i = 1; i < 3; i++) {
            write(-i);
            assertThatThrownBy(() -> plain(fresh))
                    .isInstanceOf(MediaException.class)
                    .hasMessageContaining("n.onnx doesn't take what preprocessing makes of");
        }
        write(-3);
        assertThatThrownBy(() -> plain(fresh)).isInstanceOf(ConfigException.class);
    }

    /** Of one window and one variant the variant. */
    private static float variant(FrozenPreprocessor preprocessor, Preprocessor.Decoded decoded) {
        for (int seed = 0; ; seed++) {
            if (new SplittableRandom(seed).nextInt(2) == 1) {
                return value(preprocessor.augment(decoded, new SplittableRandom(seed)));
            }
        }
    }

    @Test
    void a_file_that_is_replaced_while_it_is_decoded_leaves_nothing_under_the_old_ones_digest() {
        whileDecoding = () -> write(2);
        plain(frozen());
        whileDecoding = () -> {};
        write(1);
        assertThat(plain(frozen())).isEqualTo(1);
        write(2);
        assertThat(plain(frozen())).isEqualTo(2);
    }

    @Test
    void nor_does_one_that_is_replaced_before_its_views_are_drawn() {
        FrozenPreprocessor first = frozen();
        Preprocessor.Decoded decoded = first.decode(Image.of(picture));
        write(2);
        variant(first, decoded);
        write(1);
        FrozenPreprocessor second = frozen();
        assertThat(variant(second, second.decode(Image.of(picture)))).isEqualTo(10);
    }

    @Test
    void what_is_in_the_cache_is_not_made_again() {
        FrozenPreprocessor first = frozen();
        variant(first, first.decode(Image.of(picture)));
        assertThat(runs).isEqualTo(2);
        FrozenPreprocessor second = frozen();
        assertThat(variant(second, second.decode(Image.of(picture)))).isEqualTo(10);
        assertThat(runs).isEqualTo(2);
    }

    @Test
    void what_makes_no_other_numbers_is_not_made_again() {
        ObjectNode preprocessing = json("size", 1);
        preprocessing.putObject("augment").put("shift", 1);
        FrozenPreprocessor first = frozen(preprocessing, json("variants", 1).put("file", "a.onnx"));
        variant(first, first.decode(Image.of(picture)));
        assertThat(runs).isEqualTo(2);

        ObjectNode backbone = json("variants", 8).put("file", "b.onnx").put("carry", false);
        FrozenPreprocessor renamed = frozen(preprocessing, backbone);
        Preprocessor.Decoded decoded = renamed.decode(Image.of(picture));
        assertThat(runs).isEqualTo(2);
        var random = new SplittableRandom(1);
        for (int i = 0; i < 100; i++) {
            renamed.augment(decoded, random);
        }
        assertThat(runs).as("seven more").isEqualTo(9);

        preprocessing.putObject("augment").put("shift", 2);
        FrozenPreprocessor shifted = frozen(preprocessing, backbone.put("variants", 1));
        Preprocessor.Decoded plain = shifted.decode(Image.of(picture));
        assertThat(runs).isEqualTo(9);
        variant(shifted, plain);
        assertThat(runs).isEqualTo(10);
    }

    @Test
    void what_may_make_other_numbers_is_made_again() {
        plain(frozen());
        plain(frozen(json("size", 2), json("variants", 1)));
        plain(frozen(json("size", 1), json("variants", 1).put("scale", 2)));
        plain(frozen(json("size", 1), json("variants", 1).put("sha256", "1".repeat(64))));
        assertThat(runs).isEqualTo(4);
    }
}
