package io.sensorium.frozen;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.sensorium.core.ConfigException;
import io.sensorium.core.Sha256;
import io.sensorium.spi.BackboneConfig;
import io.sensorium.spi.ConfigReader;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class NetworkFileTest {
    @TempDir
    private Path home;

    @BeforeEach
    void twoFoldersWithFilesOfOneName() throws IOException {
        home = home.toRealPath();
        for (String folder : new String[] {"a", "b"}) {
            Files.writeString(Files.createDirectory(home.resolve(folder)).resolve("model.onnx"), folder);
        }
        System.setProperty(NetworkFile.FOLDERS, home.resolve("a") + File.pathSeparator + home.resolve("b"));
    }

    @AfterEach
    void forget() {
        System.clearProperty(NetworkFile.FOLDERS);
    }

    private static NetworkFile find(String sha256) {
        var fields =
                JsonNodeFactory.instance.objectNode().put("file", "model.onnx").put("sha256", sha256);
        return NetworkFile.find("text.backbone", ConfigReader.read("", BackboneConfig.DEFAULT, fields), null);
    }

    @Test
    void of_files_with_one_name_it_is_the_one_with_the_digest() {
        assertThat(find(Sha256.of("b")).path()).isEqualTo(home.resolve("b/model.onnx"));
        assertThat(find(Sha256.of("a")).path()).isEqualTo(home.resolve("a/model.onnx"));
    }

    @Test
    void without_a_digest_it_is_the_first() {
        assertThat(find("").path()).isEqualTo(home.resolve("a/model.onnx"));
    }

    @Test
    void where_none_has_the_digest_all_are_named() {
        assertThatThrownBy(() -> find(Sha256.of("c")))
                .isInstanceOf(ConfigException.class)
                .hasMessage(
                        "text.backbone.file is %s with SHA-256 %s, %s with SHA-256 %s; expected %s (another file of the same name?)",
                        home.resolve("a/model.onnx"),
                        Sha256.of("a"),
                        home.resolve("b/model.onnx"),
                        Sha256.of("b"),
                        Sha256.of("c"));
    }
}
