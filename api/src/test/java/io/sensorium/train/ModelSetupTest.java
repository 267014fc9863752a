package io.sensorium.train;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sensorium.core.CorpusException;
import io.sensorium.corpus.Corpus;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ModelSetupTest {
    @TempDir
    private Path folder;

    @Test
    void a_run_that_is_left_with_one_modality_is_told_what_left_the_others_out() throws IOException {
        Files.writeString(folder.resolve(Corpus.MANIFEST), """
                {"id":"a","smell":[{"path":"a.smell"}],"text":[{"text":"a"}],"image":[{"path":"a.png"}]}
                {"id":"b","smell":[{"path":"b.smell"}],"text":[{"text":"b"}]}
                """);
        Corpus corpus = Corpus.load(folder);
        assertThatThrownBy(() -> ModelSetup.of(TrainingConfigs.parse("modalities: {text: }", "it"), corpus))
                .isInstanceOf(CorpusException.class)
                .hasMessageEndingWith(
                        "manifest.jsonl has views of [image, smell, text], of which the run takes [text], which is all that the configuration's modalities name; prediction needs two modalities or more");

        Files.writeString(folder.resolve(Corpus.MANIFEST), """
                {"id":"a","smell":[{"path":"a.smell"}],"text":[{"text":"a"}]}
                """);
        assertThatThrownBy(() -> ModelSetup.of(TrainingConfig.defaults(), Corpus.load(folder)))
                .isInstanceOf(CorpusException.class)
                .hasMessageEndingWith(
                        "has views of [smell, text], of which the run takes [text], which is all that is installed of them; prediction needs two modalities or more");

        Files.writeString(folder.resolve(Corpus.MANIFEST), """
                {"id":"a","text":[{"text":"a"}]}
                """);
        assertThatThrownBy(() -> ModelSetup.of(TrainingConfig.defaults(), Corpus.load(folder)))
                .isInstanceOf(CorpusException.class)
                .hasMessageEndingWith("has views of [text]; prediction needs two modalities or more");
    }
}
