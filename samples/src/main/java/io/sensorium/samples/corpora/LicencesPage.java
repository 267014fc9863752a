package io.sensorium.samples.corpora;

import io.sensorium.corpus.Corpus;
import java.util.List;

/** The page in a corpus's folder that says where it is from and what one may do with it. */
final class LicencesPage {
    private LicencesPage() {}

    static String ofVoices(Corpus corpus, List<SpeechEngine> engines) {
        var page = new StringBuilder("""
                # voices: sources and licences

                Synthetic speech. What it says is from the corpus `%s`: the licences and origins of its texts hold for the clips, and
                every view of `manifest.jsonl` names them.

                | engine | version |
                |---|---|
                """.formatted(corpus.folder().getFileName()));
        engines.forEach(engine -> page.append("| %s | %s |%n".formatted(engine.name(), engine.version())));
        return page.toString();
    }

    static String of(String corpus, String description, List<SourceArchive> sources) {
        var page = new StringBuilder("""
                # %s: sources and licences

                %s Every view of `manifest.jsonl` names its own `licence` and `origin`.

                | package | version | licence | by | SHA-256 |
                |---|---|---|---|---|
                """.formatted(corpus, description));
        for (SourceArchive source : sources) {
            page.append("| %s `%s` | %s | %s | %s | `%s` |%n"
                    .formatted(
                            source.registry(),
                            source.name(),
                            source.version(),
                            source.licence(),
                            source.attribution(),
                            source.sha256()));
        }
        return page.toString();
    }
}
