package io.sensorium.bundle;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sensorium.core.BundleException;
import java.io.IOException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PackagedBundleTest {
    @TempDir
    Path classes;

    private URLClassLoader loader(String description) throws IOException {
        Path folder = Files.createDirectories(classes.resolve(PackagedBundle.LOCATION));
        Files.writeString(folder.resolve(Bundle.DESCRIPTION), description);
        Files.writeString(folder.resolve("weights.safetensors"), "values");
        return new URLClassLoader(new URL[] {classes.toUri().toURL()}, null);
    }

    @Test
    void its_files_are_there_until_it_is_closed() throws IOException {
        Path folder;
        try (var loader = loader("{\"files\":{\"weights.safetensors\":{}}}");
                var packaged = PackagedBundle.unpack(loader)) {
            folder = packaged.folder();
            assertThat(folder.resolve("weights.safetensors")).hasContent("values");
            assertThat(folder.resolve(Bundle.DESCRIPTION)).exists();
        }
        assertThat(folder).doesNotExist();
    }

    @Test
    void a_name_that_leaves_the_folder_is_refused() throws IOException {
        try (var loader = loader("{\"files\":{\"../weights.safetensors\":{}}}")) {
            assertThatThrownBy(() -> PackagedBundle.unpack(loader))
                    .isInstanceOf(BundleException.class)
                    .hasMessageContaining("'../weights.safetensors'");
        }
    }

    @Test
    void a_file_that_is_missing_is_named() throws IOException {
        try (var loader = loader("{\"files\":{\"image.safetensors\":{}}}")) {
            assertThatThrownBy(() -> PackagedBundle.unpack(loader))
                    .isInstanceOf(BundleException.class)
                    .hasMessageContaining("lacks its file image.safetensors");
        }
    }

    @Test
    void without_a_model_it_says_what_to_add() throws IOException {
        try (var empty = new URLClassLoader(new URL[0], null)) {
            assertThatThrownBy(() -> PackagedBundle.unpack(empty))
                    .isInstanceOf(BundleException.class)
                    .hasMessageContaining("io.sensorium:sensorium-model");
        }
    }
}
