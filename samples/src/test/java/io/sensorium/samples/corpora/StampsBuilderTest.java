package io.sensorium.samples.corpora;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import io.sensorium.core.Modality;
import io.sensorium.corpus.Corpus;
import io.sensorium.corpus.Item;
import io.sensorium.corpus.View;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StampsBuilderTest {
    private static final String ROOT = "./usr/share/tuxpaint/stamps/";

    @TempDir
    Path folder;

    Path deb;
    final List<String> tasks = new ArrayList<>();

    @BeforeEach
    void pack() throws IOException {
        deb = new TinyArchive()
                .file(ROOT + "animals/lion.svg", Pictures.svg("red"))
                .file(ROOT + "animals/lion.png", Files.readAllBytes(Path.of("corpus/img/noto/lion.png")))
                .file(ROOT + "animals/lion_mirror.svg", Pictures.svg("orange"))
                .file(ROOT + "animals/lion.txt", "A lion. \nfr.utf8=Un lion.\npt_BR.utf8=\nsr@latin.utf8=Lav.\n??\n")
                .file(ROOT + "animals/lion.ogg", "roar")
                .file(ROOT + "animals/lion_desc.ogg", "a lion")
                .file(ROOT + "animals/lion_desc_fr.ogg", "un lion")
                .file(ROOT + "animals/lion2.svg", Pictures.svg("yellow"))
                .file(ROOT + "animals/lion2.txt", "A lion!\n")
                .file(ROOT + "animals/lion2_desc_fr.ogg", "un lion")
                .file(ROOT + "animals/heard.txt", "Never seen.")
                .file(ROOT + "animals/broken.svg", "<svg")
                .file(ROOT + "animals/broken.txt", "Broken.")
                .file(ROOT + "symbols/a.svg", Pictures.svg("blue"))
                .file(ROOT + "symbols/a.txt", "The letter A.")
                .link(ROOT + "animals/link.svg", "/etc/passwd")
                .debian(folder.resolve("stamps.deb"));
    }

    @Test
    void stamps_become_items_with_captions_and_readers() throws IOException {
        BuildReport report = build();
        Corpus corpus = Corpus.load(folder.resolve("out"));
        assertThat(corpus.items()).extracting(Item::id).containsExactly("animals/lion", "animals/lion2");
        Item lion = corpus.items().getFirst();
        assertThat(lion.group()).isEqualTo("animals/lion");
        assertThat(lion.views(Modality.TEXT))
                .extracting(View::lang, View::text, View::source)
                .containsExactly(
                        tuple("en", "A lion.", "caption"),
                        tuple("fr", "Un lion.", "caption"),
                        tuple("sr-Latn", "Lav.", "caption"));
        assertThat(lion.views(Modality.IMAGE))
                .extracting(View::path)
                .containsExactly("img/animals/lion.png", "img/animals/lion_mirror.svg");
        assertThat(lion.views(Modality.AUDIO))
                .extracting(View::lang, View::source)
                .containsExactly(tuple("en", "human"), tuple("fr", "human"));
        assertThat(lion.views().values())
                .allSatisfy(views -> assertThat(views)
                        .extracting(View::other)
                        .containsOnly(Map.of("licence", "GPL-2", "origin", "debian tuxpaint-stamps-default 1.0")));
        assertThat(corpus.file(lion.views(Modality.AUDIO).getFirst())).hasContent("a lion");
        assertThat(folder.resolve("out/LICENSES.md")).content().contains("GPL-2", "tuxpaint-stamps-default");
        assertThat(report.duplicates()).isOne();
        assertThat(report.skipped())
                .anyMatch(s -> s.startsWith("animals/broken.svg: "))
                .contains("animals/heard: has no picture", "animals/lion.txt:5: no caption in a language");
    }

    @Test
    void only_files_of_the_manifest_are_written() throws IOException {
        build();
        try (var files = Files.walk(folder.resolve("out"))) {
            assertThat(files.filter(Files::isRegularFile)
                            .map(f -> folder.resolve("out").relativize(f).toString()))
                    .containsExactlyInAnyOrder(
                            "LICENSES.md",
                            "manifest.jsonl",
                            "img/animals/lion.png",
                            "img/animals/lion_mirror.svg",
                            "img/animals/lion2.svg",
                            "snd/animals/lion_desc.ogg",
                            "snd/animals/lion_desc_fr.ogg");
        }
    }

    @Test
    void a_build_that_was_stopped_writes_what_is_missing_and_comes_out_the_same() throws IOException {
        build();
        Path out = folder.resolve("out");
        byte[] manifest = Files.readAllBytes(out.resolve("manifest.jsonl"));
        Path kept = out.resolve("img/animals/lion2.svg");
        Path cut = out.resolve("snd/animals/lion_desc_fr.ogg");
        var time = FileTime.fromMillis(1000);
        Files.setLastModifiedTime(kept, time);
        Files.writeString(cut, "u");
        Files.delete(out.resolve("manifest.jsonl"));
        Files.writeString(Files.createDirectories(out.resolve(".partial")).resolve("1-1.media"), "half");

        build();
        assertThat(out.resolve("manifest.jsonl")).hasBinaryContent(manifest);
        assertThat(cut).hasContent("un lion");
        assertThat(Files.getLastModifiedTime(kept)).isEqualTo(time);
        assertThat(out.resolve(".partial")).doesNotExist();

        tasks.clear();
        build();
        assertThat(tasks)
                .as("all is there: the archive is read for the manifest only")
                .hasSize(1);
    }

    private BuildReport build() throws IOException {
        SourceArchive pinned = TinyArchive.pinned(StampsBuilder.PACKAGE, SourceArchive.Registry.debian, deb);
        Path out = folder.resolve("out");
        var listener = new BuildListener() {
            @Override
            public void started(String task, long total, String unit) {
                tasks.add(task);
            }

            @Override
            public void advanced(long done) {}
        };
        var store = new ArchiveStore(out.resolve(".downloads"), List.of(deb), listener, Map.of());
        return CorpusBuild.of("stamps", out)
                .run(listener, new SourceArchives(List.of(pinned)), store, new StampsBuilder());
    }
}
