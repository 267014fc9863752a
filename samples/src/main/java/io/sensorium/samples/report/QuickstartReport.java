package io.sensorium.samples.report;

import io.sensorium.core.Modality;
import io.sensorium.corpus.Corpus;
import io.sensorium.eval.EvaluationReport;
import io.sensorium.samples.quickstart.Outcome;
import io.sensorium.samples.quickstart.Quickstart;
import io.sensorium.train.TrainingConfig;
import io.sensorium.train.TrainingConfigs;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** {@code report.html} of a quickstart. */
public final class QuickstartReport {
    private QuickstartReport() {}

    /**
     * Writes it.
     *
     * @param fingerprint of the model
     * @param commands that repeat its parts, one a line
     */
    public static void write(
            Path file,
            Outcome outcome,
            Corpus corpus,
            TrainingConfig config,
            TrainingCurves curves,
            String fingerprint,
            List<String> commands) {
        EvaluationReport report = outcome.main().report();
        Double time = outcome.seconds().get(Quickstart.TRAINING);
        new Page(
                        "Sensorium quickstart",
                        "Three encoders, for images, sounds and texts, trained from nothing on this machine"
                                + (time == null ? ", in several parts." : " in %s.".formatted(seconds(time))))
                .section(
                        "Retrieval on held-out views",
                        "Every drawing, voice and sentence template here is absent from training; the concepts are known."
                                + " The gallery has one view of each item. The red mark is chance.",
                        Tables.directions(report.directions()))
                .section(
                        "Six queries to the index",
                        "One in each direction, drawn by the seed, not chosen. A green frame is a right answer. The number is"
                                + " the score that ranks: deviations above what the query has with views of any kind.",
                        new QueryCards(corpus).html(outcome.queries()))
                .section(
                        "Within a modality, against what needs no learning",
                        "A held-out view finds training views of its concept. A model below its floor has not learned more than"
                                + " pixels or a mean spectrum tell.",
                        Tables.within(outcome.main().within(), report.floors()))
                .section("Curves", "", curves.charts())
                .section("Warnings on the way", "", TrainingReport.warnings(curves.warnings()))
                .section(
                        "An unseen speech engine",
                        "The spoken words come from a synthesiser of which training heard no voice.",
                        directions(outcome.unseenEngine(), Modality.AUDIO))
                .section(
                        "Unseen words",
                        "Tags that training never read (predator for a tiger): only knowledge from outside the corpus relates"
                                + " them to their item, so expect chance.",
                        directions(outcome.unseenTags(), Modality.TEXT))
                .section(
                        "Signs of collapse",
                        "Latents should vary in every dimension (std about 1, RankMe near the dimension), and a prediction should"
                                + " fit its own target better than another.",
                        Tables.collapse(report.collapse()))
                .section("This run", "", Tables.facts(facts(outcome, corpus, config, fingerprint)))
                .section(
                        "Commands",
                        "The same, step by step.",
                        "<pre>" + Html.text(String.join("\n", commands)) + "</pre>")
                .section("Configuration", "", "<pre>" + Html.text(TrainingConfigs.write(config)) + "</pre>")
                .write(file);
    }

    private static String directions(@Nullable EvaluationReport report, Modality concerned) {
        if (report == null) {
            return "";
        }
        return Tables.directions(report.directions().stream()
                .filter(direction -> direction.concerns(concerned))
                .toList());
    }

    private static Map<String, String> facts(
            Outcome outcome, Corpus corpus, TrainingConfig config, String fingerprint) {
        var facts = new LinkedHashMap<String, String>();
        facts.put("model", fingerprint);
        facts.put("corpus", "%s (SHA-256 of the manifest)".formatted(corpus.digest()));
        facts.put(
                "languages",
                config.data().languages().isEmpty()
                        ? "all"
                        : String.join(", ", config.data().languages()));
        facts.put(
                "training",
                "%,d steps of %d items, seed %d"
                        .formatted(config.steps(), config.batch() * config.accumulate(), config.seed()));
        var provenance = outcome.main().report().provenance();
        facts.put("compute", provenance.path("compute").asText());
        provenance
                .path("versions")
                .properties()
                .forEach(v -> facts.put(v.getKey(), v.getValue().asText()));
        outcome.seconds().forEach((part, s) -> facts.put("time for " + part, seconds(s)));
        return facts;
    }

    private static String seconds(double seconds) {
        return seconds < 120
                ? String.format(Locale.ROOT, "%.1f s", seconds)
                : String.format(Locale.ROOT, "%d min %02d s", (long) seconds / 60, (long) seconds % 60);
    }
}
