package io.sensorium.eval;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.sensorium.core.CorpusException;
import io.sensorium.core.Embedded;
import io.sensorium.core.Embedding;
import io.sensorium.core.Image;
import io.sensorium.core.Input;
import io.sensorium.core.Modality;
import io.sensorium.core.Model;
import io.sensorium.core.Text;
import io.sensorium.corpus.Corpus;
import io.sensorium.corpus.ViewFilter;
import io.sensorium.spi.ModalityProvider;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.mockito.Mockito;

class EvaluatorTest {
    private static final int DIMENSION = 64;

    @TempDir
    private Path folder;

    /**
     * 30 items with a picture and captions in English and French, 25 of them in Latin, 5 in Greek. The model knows English;
     * in French it takes every item for its neighbour; in Latin for the next but one.
     */
    private Corpus corpus() throws IOException {
        var lines = new ArrayList<String>();
        for (int i = 0; i < 30; i++) {
            ObjectNode item = JsonNodeFactory.instance.objectNode();
            item.put("id", "i" + i).put("group", "g" + i / 3).put("split", "test");
            item.withArray("image").addObject().put("path", i + ".png");
            for (String lang : List.of("en", "fr", "la", "el")) {
                if (i < 25 && !lang.equals("el") || i < 5 || lang.equals("en") || lang.equals("fr")) {
                    item.withArray("text")
                            .addObject()
                            .put("text", lang + " " + i)
                            .put("lang", lang);
                }
            }
            lines.add(item.toString());
        }
        Files.write(folder.resolve("manifest.jsonl"), lines);
        return Corpus.load(folder);
    }

    @Test
    void queries_search_the_gallery_of_their_language() throws IOException {
        EvaluationReport report = evaluate(corpus(), "test");

        assertThat(report.languages()).containsOnlyKeys("en", "fr", "la");
        assertThat(direction(report.languages().get("en"), Modality.TEXT).recallAt1())
                .isEqualTo(1);
        assertThat(direction(report.languages().get("fr"), Modality.TEXT).recallAt1())
                .isZero();
        assertThat(direction(report.languages().get("fr"), Modality.IMAGE).recallAt1())
                .isZero();
        DirectionReport latin = direction(report.languages().get("la"), Modality.IMAGE);
        assertThat(latin.queries()).isEqualTo(25);
        assertThat(latin.gallery()).isEqualTo(25);
        assertThat(latin.chanceRecallAt1()).isCloseTo(1 / 25.0, within(1e-12));
        assertThat(direction(report.languages().get("la"), Modality.TEXT).gallery())
                .isEqualTo(30);
    }

    @Test
    void the_figure_is_the_mean_over_the_queries_of_all_languages() throws IOException {
        EvaluationReport report = evaluate(corpus(), "test");

        DirectionReport text = direction(report.directions(), Modality.TEXT);
        assertThat(text.queries()).isEqualTo(30 + 30 + 25);
        assertThat(text.recallAt1()).isEqualTo(30 / 85.0);
        assertThat(text.gallery()).isEqualTo(30);
        DirectionReport image = direction(report.directions(), Modality.IMAGE);
        assertThat(image.gallery()).isEqualTo((int) Math.round((30 * 30 + 30 * 30 + 25 * 25) / 85.0));
        assertThat(image.chanceRecallAt1()).isCloseTo(3 / 85.0, within(1e-12));
        for (var mean : List.<java.util.function.ToDoubleFunction<DirectionReport>>of(
                DirectionReport::recallAt10, DirectionReport::map, DirectionReport::mrr, DirectionReport::ndcgAt10)) {
            double weighted = 0;
            for (List<DirectionReport> language : report.languages().values()) {
                DirectionReport one = direction(language, Modality.IMAGE);
                weighted += mean.applyAsDouble(one) * one.queries() / 85.0;
            }
            assertThat(mean.applyAsDouble(image)).isCloseTo(weighted, within(1e-12));
        }
        assertThat(report.directions())
                .allSatisfy(
                        d -> assertThat(d.intervals()).containsOnlyKeys("recall_at_1", "recall_at_5", "recall_at_10"));
        // a neighbour in a group of three is mostly of the same class
        assertThat(direction(report.classDirections(), Modality.TEXT).recallAt1())
                .isGreaterThan(.6);
    }

    @Test
    void small_languages_count_where_there_are_no_others() throws IOException {
        EvaluationReport report = evaluate(corpus(), "test,lang=el");

        assertThat(report.languages()).containsOnlyKeys("el");
        assertThat(direction(report.directions(), Modality.TEXT).queries()).isEqualTo(5);
        assertThat(report.provenance().path("filter").textValue()).isEqualTo("test,lang=el");
    }

    @Test
    void a_caption_that_every_picture_is_near_to_is_no_answer_if_the_model_brings_pictures_to_know_it_by()
            throws IOException {
        Corpus corpus = corpus();

        EvaluationReport scaled = evaluate(corpus, "test,lang=en", new Crowded(true), Score.CSLS);
        EvaluationReport symmetric = evaluate(corpus, "test,lang=en", new Crowded(true), Score.SYMMETRIC);
        EvaluationReport unaided = evaluate(corpus, "test,lang=en", new Crowded(false), Score.CSLS);

        assertThat(direction(scaled.directions(), Modality.IMAGE).recallAt1()).isEqualTo(1);
        assertThat(direction(symmetric.directions(), Modality.IMAGE).recallAt1())
                .isEqualTo(1 / 30.0);
        assertThat(unaided.directions()).isEqualTo(symmetric.directions());
        assertThat(List.of(scaled, symmetric, unaided))
                .extracting(report -> report.provenance().path("score").textValue())
                .containsExactly("csls", "symmetric", "symmetric");
    }

    @Test
    void views_of_different_items_are_no_evaluation() throws IOException {
        Files.writeString(folder.resolve("manifest.jsonl"), """
                {"id":"a","image":[{"path":"0.png"}]}
                {"id":"b","text":[{"text":"en 1","lang":"en"}]}
                """);
        Corpus apart = Corpus.load(folder);

        assertThatThrownBy(() -> evaluate(apart, "train"))
                .isInstanceOf(CorpusException.class)
                .hasMessageEndingWith("no item has views in two of [image, text] that pass train");
    }

    @Test
    void one_item_that_two_modalities_have_in_common_is_an_evaluation_without_a_gap_of_predictions()
            throws IOException {
        Files.writeString(folder.resolve("manifest.jsonl"), """
                {"id":"a","image":[{"path":"0.png"}],"text":[{"text":"en 0","lang":"en"}]}
                {"id":"b","image":[{"path":"1.png"}]}
                {"id":"c","text":[{"text":"en 2","lang":"en"}]}
                """);

        EvaluationReport report = evaluate(Corpus.load(folder), "train");

        assertThat(direction(report.directions(), Modality.IMAGE).queries()).isEqualTo(1);
        assertThat(report.collapse().predictions()).isEmpty();
        assertThat(report.collapse().latents()).containsOnlyKeys("image", "text");
    }

    @Test
    void an_evaluation_is_possible_where_an_item_has_views_of_two_modalities_that_pass() throws IOException {
        Files.writeString(folder.resolve("manifest.jsonl"), """
                {"id":"a","image":[{"path":"0.png"}],"text":[{"text":"en 0","lang":"en"},{"text":"fr 0","lang":"fr"}]}
                {"id":"b","image":[{"path":"1.png"}]}
                {"id":"c","text":[{"text":"el 2","lang":"el"}]}
                """);
        Corpus corpus = Corpus.load(folder);
        var both = List.of(Modality.IMAGE, Modality.TEXT);

        assertThat(Evaluator.possible(corpus, ViewFilter.parse("train"), both)).isTrue();
        assertThat(Evaluator.possible(corpus, ViewFilter.parse("train,lang=fr"), both))
                .isTrue();
        assertThat(Evaluator.possible(corpus, ViewFilter.parse("train,lang=el"), both))
                .isFalse();
        assertThat(Evaluator.possible(corpus, ViewFilter.parse("train"), List.of(Modality.IMAGE, Modality.AUDIO)))
                .isFalse();
    }

    @Test
    void queries_of_a_group_are_not_independent_where_they_are_to_find_their_group() throws IOException {
        // every second group is taken for the next
        var confusing = new Knowing() {
            @Override
            public Embedding embed(Input input) {
                float[] vector = super.embed(input).toArray();
                int item = IntStream.range(0, 30)
                        .filter(i -> vector[i] == 1)
                        .findFirst()
                        .orElseThrow();
                return input instanceof Text text && item / 3 % 2 == 1
                        ? super.embed(Text.of("en " + (item + 3) % 30))
                        : new Embedding(input.modality(), "f", vector);
            }
        };

        EvaluationReport report = evaluate(corpus(), "test,lang=en", confusing, Score.SYMMETRIC);

        DirectionReport items = direction(report.directions(), Modality.TEXT);
        DirectionReport groups = direction(report.classDirections(), Modality.TEXT);
        assertThat(items.recallAt1()).isEqualTo(.5);
        assertThat(groups.recallAt1()).isEqualTo(.5);
        // of 30 items and of 10 groups: 2 · 1.96 · sqrt(.25 / n)
        assertThat(width(items)).isBetween(.3, .4);
        assertThat(width(groups)).isBetween(.5, .7);
    }

    private static double width(DirectionReport report) {
        DirectionReport.Interval interval = report.intervals().get("recall_at_1");
        return interval.high() - interval.low();
    }

    private EvaluationReport evaluate(Corpus corpus, String filter) {
        return evaluate(corpus, filter, new Knowing(), Score.CSLS);
    }

    private EvaluationReport evaluate(Corpus corpus, String filter, Model model, Score score) {
        Map<Modality, ModalityProvider> providers = new HashMap<>();
        ModalityProvider images = Mockito.mock(ModalityProvider.class);
        Mockito.when(images.input(Mockito.any())).thenAnswer(call -> Image.of(call.<Path>getArgument(0)));
        providers.put(Modality.IMAGE, images);
        providers.put(Modality.TEXT, Mockito.mock(ModalityProvider.class));
        return new Evaluator(corpus, providers, ViewFilter.parse(filter))
                .by(score)
                .evaluate(model, JsonNodeFactory.instance.objectNode());
    }

    private static DirectionReport direction(List<DirectionReport> directions, Modality query) {
        return directions.stream()
                .filter(d -> d.query().equals(query))
                .findFirst()
                .orElseThrow();
    }

    /** Embeds item i as the unit vector i, or of another item in languages that it confuses. */
    private static class Knowing implements Model {
        @Override
        public String fingerprint() {
            return "f";
        }

        @Override
        public int dimension() {
            return DIMENSION;
        }

        @Override
        public Set<Modality> modalities() {
            return Set.of(Modality.IMAGE, Modality.TEXT);
        }

        @Override
        public Embedding embed(Input input) {
            String label = input instanceof Text text ? text.text() : input.label();
            int item = Integer.parseInt(label.replaceAll(".*?(\\d+)(\\.png)?$", "$1"));
            int shift = label.startsWith("fr") ? 1 : label.startsWith("la") ? 2 : 0;
            float[] vector = new float[DIMENSION];
            vector[(item + shift) % 30] = 1;
            return new Embedding(input.modality(), "f", vector);
        }

        @Override
        public List<Embedded> embedAll(List<? extends Input> inputs) {
            return inputs.stream()
                    .map(input -> (Embedded) new Embedded.Done(input, embed(input)))
                    .toList();
        }

        @Override
        public List<Embedding> predict(List<Embedding> latents, Modality target) {
            return latents.stream()
                    .map(latent -> new Embedding(target, "f", latent.toArray()))
                    .toList();
        }
    }

    /** Latents and predictions that all lean towards the caption of item 0, so that it is every picture's nearest. */
    private static final class Crowded extends Knowing {
        private final boolean referring;

        Crowded(boolean referring) {
            this.referring = referring;
        }

        @Override
        public Embedding embed(Input input) {
            float[] vector = super.embed(input).toArray();
            if (input.modality().equals(Modality.IMAGE)) {
                vector[0] += 1.5f;
            }
            return new Embedding(input.modality(), "f", vector);
        }

        @Override
        public List<Embedding> references(Modality modality) {
            var references = new ArrayList<Embedding>();
            for (int i = 0; referring && i < 30; i++) {
                references.add(
                        embed(modality.equals(Modality.TEXT) ? Text.of("en " + i) : Image.of(Path.of(i + ".png"))));
            }
            return references;
        }
    }
}
