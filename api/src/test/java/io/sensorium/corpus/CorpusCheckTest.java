package io.sensorium.corpus;

import static org.assertj.core.api.Assertions.assertThat;
import static org.mockito.ArgumentMatchers.any;
import static org.mockito.Mockito.mock;
import static org.mockito.Mockito.when;

import io.sensorium.core.Image;
import io.sensorium.core.Input;
import io.sensorium.core.MediaException;
import io.sensorium.core.Modality;
import io.sensorium.core.Text;
import io.sensorium.corpus.CorpusReport.Count;
import io.sensorium.corpus.CorpusReport.Problem;
import io.sensorium.corpus.CorpusReport.ProblemKind;
import io.sensorium.spi.ModalityProvider;
import io.sensorium.spi.Preprocessor;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CorpusCheckTest {
    @TempDir
    Path folder;

    List<Problem> heard = new ArrayList<>();
    ModalityProvider provider = mock(ModalityProvider.class);
    Preprocessor preprocessor = mock(Preprocessor.class);

    @BeforeEach
    void a_decoder_that_refuses_files_named_bad() {
        when(provider.input(any())).thenAnswer(call -> Image.of((Path) call.getArgument(0)));
        when(preprocessor.decode(any())).thenAnswer(call -> {
            Input input = call.getArgument(0);
            if (input.label().contains("bad")) {
                throw new MediaException(input.label(), "is cut off");
            }
            return (Preprocessor.Decoded) () -> 1;
        });
    }

    @Test
    void a_sound_corpus_has_counts_and_no_problems() throws IOException {
        files("a.png", "b.png");
        CorpusReport report = check("""
                {"id":"a","image":[{"path":"a.png","source":"stamps"}],"text":[{"text":"x","lang":"en"},{"text":"y","lang":"en"}]}
                {"id":"b","split":"test","image":[{"path":"b.png","source":"stamps"}]}
                """);

        assertThat(report.clean()).isTrue();
        assertThat(report.items()).isEqualTo(2);
        assertThat(report.counts())
                .containsExactly(
                        new Count("image", "test", null, "stamps", 1),
                        new Count("image", "train", null, "stamps", 1),
                        new Count("text", "train", "en", null, 2));
    }

    @Test
    void files_that_are_missing_unreadable_or_undecodable_are_named_with_their_line() throws IOException {
        files("bad.png");
        Files.createDirectory(folder.resolve("folder.png"));
        CorpusReport report = check("""
                {"id":"a","image":[{"path":"absent.png"}]}
                {"id":"b","image":[{"path":"folder.png"}]}
                {"id":"c","image":[{"path":"bad.png"}],"text":[{"text":" "}]}
                """);

        assertThat(report.problems())
                .containsExactly(
                        new Problem(ProblemKind.MISSING, 1, "a", "absent.png: no such file"),
                        new Problem(ProblemKind.UNREADABLE, 2, "b", "folder.png: not a regular file"),
                        new Problem(
                                ProblemKind.UNDECODABLE,
                                3,
                                "c",
                                new MediaException(
                                                Image.of(folder.toRealPath().resolve("bad.png"))
                                                        .label(),
                                                "is cut off")
                                        .getMessage()),
                        new Problem(ProblemKind.BLANK, 3, "c", "\" \": a text needs a letter"));
        assertThat(heard).isEqualTo(report.problems());
        assertThat(report.problemCounts()).containsEntry(ProblemKind.MISSING, 1);
    }

    @Test
    void what_leaks_from_training_to_test_is_found() throws IOException {
        files("a.png", "b.png");
        Files.copy(folder.resolve("a.png"), folder.resolve("copy.png"));
        CorpusReport report = check("""
                {"id":"a","group":"g","image":[{"path":"a.png"}],"text":[{"text":"A lion."}]}
                {"id":"b","group":"g","split":"test","image":[{"path":"copy.png"}]}
                {"id":"c","image":[{"path":"b.png"},{"path":"b.png"},{"path":"a.png"}]}
                {"id":"d","text":[{"text":"A lion. ","split":"test"}]}
                """);

        assertThat(report.problems())
                .extracting(Problem::message)
                .containsExactly(
                        "group 'g' is in split 'test' here and in 'train' at line 1",
                        "copy.png: in split 'test' here, the same in 'train' at line 1",
                        "\"A lion. \": in split 'test' here, the same in 'train' at line 1");
    }

    @Test
    void a_caption_is_the_same_in_a_file_and_in_the_manifest_and_blank_in_both() throws IOException {
        ModalityProvider texts = mock(ModalityProvider.class);
        when(texts.input(any())).thenAnswer(call -> Text.of(Files.readString(call.getArgument(0))));
        Files.writeString(folder.resolve("lion.txt"), "A lion.\n");
        Files.writeString(folder.resolve("blank.txt"), " \n");
        Files.writeString(folder.resolve("manifest.jsonl"), """
                {"id":"a","text":[{"path":"lion.txt"}]}
                {"id":"b","text":[{"text":"A lion.","split":"test"}]}
                {"id":"c","text":[{"path":"blank.txt"}]}
                """);

        CorpusReport report = new CorpusCheck(Map.of(Modality.TEXT, texts), Map.of(Modality.TEXT, preprocessor))
                .run(Corpus.load(folder), heard::add);

        assertThat(report.problems())
                .containsExactly(
                        new Problem(
                                ProblemKind.DUPLICATE_ACROSS_SPLITS,
                                2,
                                "b",
                                "\"A lion.\": in split 'test' here, the same in 'train' at line 1"),
                        new Problem(ProblemKind.BLANK, 3, "c", "blank.txt: a text needs a letter"));
    }

    @Test
    void a_modality_without_training_views_is_reported() throws IOException {
        CorpusReport report = check("{\"id\":\"a\",\"text\":[{\"text\":\"x\",\"split\":\"test\"}]}\n");

        assertThat(report.problems())
                .containsExactly(
                        new Problem(ProblemKind.EMPTY_MODALITY, 0, null, "no image view is in split 'train'"),
                        new Problem(ProblemKind.EMPTY_MODALITY, 0, null, "no text view is in split 'train'"));
    }

    @Test
    void a_corpus_of_nothing_but_problems_keeps_some_and_counts_all() throws IOException {
        var manifest = new StringBuilder();
        for (int i = 0; i < 3000; i++) {
            manifest.append("{\"id\":\"%d\",\"image\":[{\"path\":\"x%d\"}]}\n".formatted(i, i));
        }
        CorpusReport report = check(manifest.toString());

        assertThat(report.problems()).hasSize(CorpusCheck.KEPT);
        assertThat(report.problemCounts()).containsExactly(Map.entry(ProblemKind.MISSING, 3000));
        assertThat(heard).hasSize(3000).extracting(Problem::line).isSorted();
    }

    private CorpusReport check(String manifest) throws IOException {
        Files.writeString(folder.resolve("manifest.jsonl"), manifest);
        return new CorpusCheck(Map.of(Modality.IMAGE, provider), Map.of(Modality.IMAGE, preprocessor))
                .run(Corpus.load(folder), heard::add);
    }

    private void files(String... names) throws IOException {
        for (String name : names) {
            Files.writeString(folder.resolve(name), name);
        }
    }
}
