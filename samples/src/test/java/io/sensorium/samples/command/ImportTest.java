package io.sensorium.samples.command;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ImportTest {
    private static final Path NETWORKS = Path.of("../api/onnx/src/test/resources/io/sensorium/onnx");

    @TempDir
    private Path folder;

    private Path zip(String... entries) throws Exception {
        Path zip = folder.resolve("model.jar");
        try (var out = new ZipOutputStream(Files.newOutputStream(zip))) {
            for (String entry : entries) {
                out.putNextEntry(new ZipEntry(entry));
                out.write(
                        entry.endsWith(".onnx") ? Files.readAllBytes(NETWORKS.resolve("words.onnx")) : "{}".getBytes());
            }
        }
        return zip;
    }

    @Test
    void a_jar_gives_its_network_and_tokenizer_under_our_names() throws Exception {
        Path out = folder.resolve("out");
        Cli cli = Cli.run("import", zip("README", "../../x/mini.onnx", "mini-tokenizer.json"), "--out", out, "--json");
        assertThat(cli.code()).as(cli.err()).isZero();
        assertThat(out.resolve("model.onnx")).hasSameBinaryContentAs(NETWORKS.resolve("words.onnx"));
        assertThat(out.resolve("tokenizer.json")).hasContent("{}");
        try (var files = Files.list(out)) {
            assertThat(files).hasSize(2);
        }
        assertThat(cli.json().path("inputs").path("attention_mask").asText()).isEqualTo("INT64 [N, L]");
        assertThat(cli.json().path("outputs").path("last_hidden_state").asText())
                .isEqualTo("FLOAT [N, L, 8]");
        assertThat(cli.json().path("sha256").asText()).hasSize(64);
    }

    @Test
    void a_folder_with_several_networks_is_refused_by_name() {
        Cli cli = Cli.run("import", NETWORKS, "--out", folder.resolve("out"));
        assertThat(cli.code()).isEqualTo(3);
        assertThat(cli.err()).contains("has several files that end in .onnx", "apart.onnx");
        assertThat(folder.resolve("out")).doesNotExist();
    }

    @Test
    void weights_that_lie_in_another_file_come_into_the_one() throws Exception {
        for (String name : new String[] {"apart.onnx", "apart.weights"}) {
            Files.copy(NETWORKS.resolve(name), folder.resolve(name));
        }
        Path out = folder.resolve("out");
        Cli cli = Cli.run("import", folder.resolve("apart.onnx"), "--out", out, "--json");
        assertThat(cli.code()).as(cli.err()).isZero();
        try (var files = Files.list(out)) {
            assertThat(files).containsExactly(out.resolve("model.onnx"));
        }
        assertThat(cli.json().path("outputs").path("y").asText()).isEqualTo("FLOAT [N, 2, 3]");
    }

    @Test
    void weights_are_read_from_the_network_s_own_folder_only() throws Exception {
        Path inside = Files.createDirectory(folder.resolve("inside"));
        Files.copy(NETWORKS.resolve("apart.onnx"), inside.resolve("apart.onnx"));
        Cli absent = Cli.run("import", inside, "--out", folder.resolve("out"));
        assertThat(absent.code()).isEqualTo(3);
        assertThat(absent.err()).contains("wants weights from 'apart.weights', which is not there");
        Files.copy(NETWORKS.resolve("apart.weights"), folder.resolve("secret"));
        Files.createSymbolicLink(inside.resolve("apart.weights"), folder.resolve("secret"));
        Cli outside = Cli.run("import", inside, "--out", folder.resolve("out"));
        assertThat(outside.code()).isEqualTo(3);
        assertThat(outside.err()).contains("wants weights from 'apart.weights', which is no file inside");
        assertThat(folder.resolve("out")).doesNotExist();
    }

    @Test
    void what_is_no_network_is_not_imported() throws Exception {
        Path fake = Files.writeString(folder.resolve("fake.onnx"), "hello");
        Cli cli = Cli.run("import", fake, "--out", folder.resolve("out"));
        assertThat(cli.code()).isEqualTo(3);
        assertThat(cli.err()).contains("fake.onnx is not an ONNX file that can be opened");
        assertThat(folder.resolve("out")).doesNotExist();
        Path text = Files.writeString(folder.resolve("fake.jar"), "hello");
        assertThat(Cli.run("import", text, "--out", folder.resolve("out")).code())
                .isEqualTo(3);
        assertThat(Cli.run("import", zip("README"), "--out", folder.resolve("out"))
                        .err())
                .contains("has no file that ends in .onnx");
    }
}
