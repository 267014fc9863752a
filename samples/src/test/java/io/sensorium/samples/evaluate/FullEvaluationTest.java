package io.sensorium.samples.evaluate;

import static org.assertj.core.api.Assertions.assertThat;

import io.sensorium.Sensorium;
import io.sensorium.core.Modality;
import io.sensorium.corpus.Corpus;
import io.sensorium.eval.Score;
import io.sensorium.samples.TinyCorpus;
import io.sensorium.train.Trainer;
import io.sensorium.train.TrainingConfigs;
import io.sensorium.train.TrainingListener;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FullEvaluationTest {
    @Test
    void floors_are_of_the_modalities_that_the_model_has(@TempDir Path folder) throws IOException {
        Corpus corpus = Corpus.load(TinyCorpus.in(folder));
        assertThat(corpus.modalities()).contains(Modality.IMAGE);
        var config = TrainingConfigs.parse(
                "{steps: 2, batch: 6, modalities: {audio: {}, text: {}}, data: {languages: [en], workers: 1}}", "tiny");
        new Trainer(config, corpus, folder.resolve("model"), new TrainingListener() {}).run();
        try (Sensorium model = Sensorium.load(folder.resolve("model"))) {
            var evaluation = new FullEvaluation(model, corpus);

            FullEvaluation.Result result = evaluation.run(evaluation.filter("test"), Score.ONE_SIDED);

            assertThat(result.report().floors()).containsOnlyKeys("mean-spectrum");
            assertThat(result.report().floorDirections())
                    .hasSameSizeAs(result.report().directions())
                    .allSatisfy(
                            floor -> assertThat(floor.concerns(Modality.IMAGE)).isFalse());
        }
    }
}
