package io.sensorium.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.sensorium.bundle.Bundle;
import io.sensorium.core.CorpusException;
import io.sensorium.core.TrainingException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class IncompleteCorpusTest {
    @TempDir
    private Path folder;

    private SmallRuns runs;

    @BeforeEach
    void copyCorpus() throws IOException {
        runs = new SmallRuns(folder);
    }

    @Test
    void an_item_that_lacks_a_modality_trains_what_it_has() throws IOException {
        for (int i = 0; i < 6; i++) {
            runs.corpus().items().get(i).remove(i % 2 == 0 ? "audio" : "image");
        }
        var memory = new SmallRuns.Memory();
        runs.train("run", "", memory);
        assertThat(memory.progress)
                .hasSize(12)
                .allSatisfy(p -> assertThat(p.loss()).isFinite());
        assertThat(memory.progress.getLast().parts())
                .containsKeys(
                        "prediction audio→image", "prediction text→audio", "prediction image→text", "sigreg audio");
    }

    @Test
    void modalities_that_no_item_has_together_train_with_the_one_that_both_have() throws IOException {
        for (int i = 0; i < 10; i++) {
            runs.corpus().items().get(i).remove(i % 2 == 0 ? "audio" : "image");
        }
        var memory = new SmallRuns.Memory();
        runs.train("run", "", memory);
        assertThat(memory.progress).hasSize(12);
        assertThat(memory.progress.getLast().parts())
                .containsKeys("prediction audio→text", "prediction image→text")
                .doesNotContainKey("prediction audio→image");
        assertThat(memory.warnings)
                .contains(
                        "nothing trains the predictions between audio and image: no item has views of both that pass data.train and data.languages (train); searches from one to the other will find at random");
    }

    @Test
    void pictures_without_text_or_sound_train_by_masked_prediction() throws IOException {
        runs.corpus().items().forEach(item -> item.remove(List.of("audio", "text")));
        assertThatThrownBy(() -> runs.train("unmasked", SmallRuns.MASKED.replaceFirst("(?m)^objective.*$", "")))
                .isInstanceOf(CorpusException.class)
                .hasMessage("none of 10 items has views in at least 2 of [audio, image, text] that pass train");

        var memory = new SmallRuns.Memory();
        runs.train("run", SmallRuns.MASKED, memory);

        assertThat(memory.progress)
                .hasSize(12)
                .allSatisfy(p -> assertThat(p.parts()).containsOnlyKeys("sigreg image", "masked image"));
    }

    @Test
    void a_modality_without_a_view_that_trains_is_told_of_before_the_first_step() throws IOException {
        for (ObjectNode item : runs.corpus().items()) {
            item.path("audio").forEach(view -> ((ObjectNode) view).put("split", "test"));
        }
        var memory = new SmallRuns.Memory();
        runs.train("run", "data: {languages: [en]}", memory);
        assertThat(memory.warnings.getFirst())
                .startsWith("nothing trains the audio encoder: ")
                .contains("data.train and data.languages (train,lang=en)");
        assertThat(memory.warnings).noneMatch(w -> w.startsWith("nothing trains the predictions"));
    }

    @Test
    void a_step_in_which_no_items_pair_is_skipped_where_the_objective_has_no_regulariser() throws IOException {
        leaveOneModalityOut(10);
        var memory = new SmallRuns.Memory();

        runs.train("run", "{objective: infonce, batch: 2, steps: 30}", memory);

        assertThat(memory.progress)
                .hasSizeBetween(3, 27)
                .allSatisfy(p -> assertThat(p.loss()).isFinite());
        assertThat(memory.warnings)
                .filteredOn(w -> w.contains("no two items of a batch have views in the same two modalities"))
                .singleElement()
                .asString()
                .endsWith("such steps are skipped");
    }

    @Test
    void a_corpus_in_which_nothing_pairs_is_refused_after_a_hundred_steps_with_what_to_do() throws IOException {
        leaveOneModalityOut(3);

        assertThatThrownBy(() -> runs.train("run", "{objective: infonce, batch: 3, steps: 200}"))
                .isInstanceOf(TrainingException.class)
                .hasMessageStartingWith("at step 100 no two items of a batch have views in the same two modalities")
                .hasMessageContaining("as at the 99 before; in a new run, raise batch, ");
    }

    /** Of so many items, a different one of each next item; of the rest all but the texts. */
    private void leaveOneModalityOut(int items) {
        List<String> modalities = List.of("image", "audio", "text");
        for (int i = 0; i < runs.corpus().items().size(); i++) {
            ObjectNode item = runs.corpus().items().get(i);
            if (i < items) {
                item.remove(modalities.get(i % 3));
            } else {
                item.retain("id", "text");
            }
        }
    }

    @Test
    void a_view_that_cannot_be_decoded_is_named_once_and_skipped() throws IOException {
        Files.writeString(runs.corpus().file(0, "image", 0), "no picture");
        Files.write(runs.corpus().file(1, "audio", 0), new byte[0]);
        Files.delete(runs.corpus().file(1, "audio", 1));
        var memory = new SmallRuns.Memory();
        runs.train("run", "steps: 24", memory);
        assertThat(memory.skipped).hasSize(3).doesNotHaveDuplicates();
        assertThat(memory.skipped)
                .anyMatch(problem -> problem.contains("monkey.png"))
                .anyMatch(problem -> problem.contains("empty (0 bytes)"))
                .anyMatch(problem -> problem.contains("no such file"));
    }

    @Test
    void a_caption_file_or_a_link_that_cannot_be_read_is_named_and_left_out_of_training_and_evaluation()
            throws IOException {
        Path captions = Files.createDirectory(folder.resolve("corpus/captions"));
        for (int i = 0; i < 10; i++) {
            Files.writeString(captions.resolve(i + ".txt"), "a thing of number " + i);
            runs.corpus()
                    .items()
                    .get(i)
                    .putArray("text")
                    .addObject()
                    .put("path", "captions/" + i + ".txt")
                    .put("lang", "en");
        }
        Files.writeString(captions.resolve("0.txt"), "");
        Files.write(captions.resolve("1.txt"), new byte[] {(byte) 0xC3, 0x28});
        Files.delete(captions.resolve("2.txt"));
        Path outside = Files.move(runs.corpus().file(3, "image", 0), folder.resolve("outside.png"));
        Files.createSymbolicLink(runs.corpus().file(3, "image", 0), outside);

        var memory = new SmallRuns.Memory();
        runs.train("run", "data: {heldOut: train}", memory);

        assertThat(memory.skipped).hasSize(4).doesNotHaveDuplicates();
        for (String name : List.of("0.txt", "1.txt", "2.txt", "leads out of the corpus folder")) {
            assertThat(memory.skipped).anyMatch(problem -> problem.contains(name));
        }
        assertThat(memory.evaluated.getLast().provenance().path("skipped").asInt())
                .isEqualTo(4);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1})
    void a_run_ends_in_a_bundle_though_its_held_out_views_have_few_items_in_common_or_none(int common)
            throws IOException {
        for (int i = common; i < 10; i++) {
            for (String modality : List.of("image", "audio", "text")) {
                boolean keeps = List.of("image", "audio", "text").get(i % 3).equals(modality);
                for (JsonNode view : runs.corpus().items().get(i).path(modality)) {
                    if (!keeps && view.path("split").asText().equals("test")) {
                        ((ObjectNode) view).put("split", "val");
                    }
                }
            }
        }

        Bundle bundle = runs.train("model", "data: {heldOut: test}");

        JsonNode evaluation = bundle.description().provenance().path("evaluation");
        assertThat(evaluation.path("directions")).hasSize(6 * common);
        assertThat(evaluation.at("/collapse/predictions")).isEmpty();
    }

    @Test
    void held_out_views_that_have_no_language_in_common_are_a_warning_and_no_end() throws IOException {
        for (ObjectNode item : runs.corpus().items()) {
            item.path("image").forEach(view -> ((ObjectNode) view).put("split", "train"));
            for (JsonNode clip : item.path("audio")) {
                if (clip.path("split").asText().equals("test")) {
                    ((ObjectNode) clip).put("lang", "fr");
                }
            }
        }
        var memory = new SmallRuns.Memory();

        Bundle bundle = runs.train("model", "data: {heldOut: test}", memory);

        assertThat(bundle.description().provenance().has("evaluation")).isFalse();
        assertThat(memory.warnings).anyMatch(w -> w.startsWith("nothing can be evaluated: "));
    }
}
