package io.sensorium.samples.command;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.RandomAccessFile;
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

    /** As huggingface_hub keeps files: by their digests, and under their names as links. */
    private Path snapshot() throws Exception {
        Path blobs = Files.createDirectory(folder.resolve("blobs"));
        Path snapshot = Files.createDirectories(folder.resolve("snapshots/0123"));
        for (String name : new String[] {"apart.onnx", "apart.weights", "tokenizer.json"}) {
            Path blob = blobs.resolve("digest-of-" + name.replace('.', '-'));
            Files.write(blob, name.endsWith("json") ? "{}".getBytes() : Files.readAllBytes(NETWORKS.resolve(name)));
            Files.createSymbolicLink(
                    snapshot.resolve(name), Path.of("../../blobs").resolve(blob.getFileName()));
        }
        return snapshot;
    }

    @Test
    void a_folder_of_links_as_in_hugging_face_s_cache_is_one_of_files() throws Exception {
        Path snapshot = snapshot();
        for (Path source : new Path[] {snapshot, snapshot.resolve("apart.onnx")}) {
            Path out = folder.resolve("out-" + source.getFileName());
            Cli cli = Cli.run("import", source, "--out", out, "--json");
            assertThat(cli.code()).as(cli.err()).isZero();
            assertThat(cli.json().path("outputs").path("y").asText()).isEqualTo("FLOAT [N, 2, 3]");
            assertThat(out.resolve("tokenizer.json")).hasContent("{}");
        }
    }

    @Test
    void a_network_that_is_a_link_finds_weights_beside_what_it_leads_to() throws Exception {
        Path there = Files.createDirectory(folder.resolve("there"));
        for (String name : new String[] {"apart.onnx", "apart.weights"}) {
            Files.copy(NETWORKS.resolve(name), there.resolve(name));
        }
        Path link = Files.createSymbolicLink(folder.resolve("mine.onnx"), there.resolve("apart.onnx"));
        Cli cli = Cli.run("import", link, "--out", folder.resolve("out"));
        assertThat(cli.code()).as(cli.err()).isZero();
    }

    @Test
    void links_beside_a_link_lead_to_where_it_leads_and_nowhere_else() throws Exception {
        Path snapshot = snapshot();
        for (String name : new String[] {"tokenizer.json", "apart.weights"}) {
            Path secret = folder.resolve("secret-" + name);
            Files.copy(snapshot.resolve(name), secret);
            Files.delete(snapshot.resolve(name));
            Files.createSymbolicLink(snapshot.resolve(name), secret);
            Cli cli = Cli.run("import", snapshot, "--out", folder.resolve("out"));
            assertThat(cli.code()).isEqualTo(3);
            assertThat(cli.err()).contains("from '" + name + "', which is no file inside");
            Files.delete(snapshot.resolve(name));
        }
        assertThat(folder.resolve("out")).doesNotExist();
    }

    @Test
    void a_source_that_is_not_there_is_said_to_be_so() {
        for (String name : new String[] {"absent", "absent.onnx", "absent.jar"}) {
            Path absent = folder.resolve(name);
            assertThat(Cli.run("import", absent, "--out", folder.resolve("out")).err())
                    .contains(absent + ": no such file or folder");
        }
    }

    @Test
    void a_larger_heap_is_advised_only_where_it_helps() throws Exception {
        Files.copy(NETWORKS.resolve("words.onnx"), folder.resolve("words.onnx"));
        try (var tokenizer =
                new RandomAccessFile(folder.resolve("tokenizer.json").toFile(), "rw")) {
            tokenizer.setLength((64 << 20) + 1);
        }
        Cli cli = Cli.run("import", folder, "--out", folder.resolve("out"));
        assertThat(cli.code()).isEqualTo(3);
        assertThat(cli.err())
                .contains("tokenizer.json has more than 67,108,864 bytes, the most that can be read")
                .doesNotContain("-Xmx");
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
