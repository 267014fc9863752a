package io.sensorium.bundle;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.AbstractMap;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BundleReplacementTest {
    @TempDir
    Path home;

    private final SmallBundle small = new SmallBundle();
    private Path model;

    @BeforeEach
    void a_target() {
        model = home.resolve("model");
    }

    @Test
    void nothing_but_the_bundle_is_left_beside_it() {
        small.write(model);
        small.write(model);

        assertThat(home).isDirectoryContaining(p -> p.equals(model));
        assertThat(SmallBundle.names(home)).containsExactly("model");
    }

    @Test
    void a_network_that_is_not_given_fails_and_leaves_the_old_bundle() {
        Bundle old = small.write(model);
        small.networks().remove("text.safetensors");

        SmallBundle.assertRefused(() -> small.write(model), "needs 'text.safetensors', which is not among its files");

        assertThat(Bundle.open(model).description()).isEqualTo(old.description());
        assertThat(SmallBundle.names(home)).containsExactly("model");
    }

    @Test
    void a_write_that_fails_halfway_leaves_the_old_bundle_and_no_rubbish() {
        Bundle old = small.write(model);
        Map<String, Tensor> failing = new AbstractMap<>() {
            @Override
            public Set<Entry<String, Tensor>> entrySet() {
                throw new UncheckedIOException(new IOException("No space left on device"));
            }
        };
        small.networks().put("zzz.safetensors", failing);

        SmallBundle.assertRefused(() -> small.write(model), "model: can't be written: ", "No space left on device");

        assertThat(Bundle.open(model).description()).isEqualTo(old.description());
        assertThat(SmallBundle.names(home)).containsExactly("model");
    }

    @Test
    void a_target_below_a_file_is_refused() throws IOException {
        Files.writeString(model, "x");

        SmallBundle.assertRefused(() -> small.write(model.resolve("sub")), "can't be written");
    }

    @Test
    void a_crash_between_the_two_renames_leaves_the_old_bundle_openable() throws IOException {
        Bundle old = small.write(model);
        Files.move(model, home.resolve(".model.old"));
        Files.createDirectory(home.resolve(".model.new"));

        assertThat(Bundle.exists(model)).isTrue();
        Bundle opened = Bundle.open(model);
        assertThat(opened.description()).isEqualTo(old.description());
        assertThat(opened.tensors("text.safetensors"))
                .isEqualTo(small.networks().get("text.safetensors"));

        small.networks().put("text.safetensors", Map.of("w", Tensor.of(new float[] {9}, 1)));
        Bundle next = small.write(model);
        assertThat(Bundle.open(model).fingerprint())
                .isEqualTo(next.fingerprint())
                .isNotEqualTo(old.fingerprint());
        assertThat(SmallBundle.names(home)).containsExactly("model");
    }

    @Test
    void a_symbolic_link_stays_and_what_it_points_to_is_replaced() throws IOException {
        small.write(model);
        Path link = Files.createSymbolicLink(
                Files.createDirectory(home.resolve("links")).resolve("latest"), model);
        small.networks().put("text.safetensors", Map.of("w", Tensor.of(new float[] {9}, 1)));

        Bundle next = small.write(link);

        assertThat(link).isSymbolicLink();
        assertThat(SmallBundle.names(home)).containsExactly("links", "model");
        assertThat(SmallBundle.names(home.resolve("links"))).containsExactly("latest");
        assertThat(Bundle.open(model).fingerprint()).isEqualTo(next.fingerprint());

        Files.move(model, home.resolve(".model.old"));
        assertThat(Bundle.open(link).fingerprint()).isEqualTo(next.fingerprint());
        small.write(link);
        assertThat(SmallBundle.names(home)).containsExactly("links", "model");
    }

    @Test
    void an_empty_folder_does_not_cost_the_bundle_that_a_crash_set_aside() throws IOException {
        Bundle old = small.write(model);
        Files.move(model, home.resolve(".model.old"));
        Files.createDirectory(model);
        small.networks().remove("text.safetensors");

        SmallBundle.assertRefused(() -> small.write(model), "needs 'text.safetensors'");

        assertThat(Bundle.open(model).description()).isEqualTo(old.description());
    }

    @Test
    void a_crash_after_the_second_rename_leaves_the_new_bundle_openable() {
        small.write(home.resolve(".model.old"));
        small.networks().put("text.safetensors", Map.of("w", Tensor.of(new float[] {9}, 1)));
        Bundle next = small.write(model);

        assertThat(Bundle.open(model).fingerprint()).isEqualTo(next.fingerprint());
        assertThat(SmallBundle.names(home)).containsExactly("model");
    }
}
