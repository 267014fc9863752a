package io.sensorium.samples.corpora;

import java.util.HashMap;
import java.util.Map;

/** Which files of an archive go where in the corpus: planned first, when all of the archive is known, then carried out. */
final class Extraction {
    private record Target(String path, long bytes) {}

    private final SourceArchive archive;
    private final Map<String, Target> targets = new HashMap<>();

    Extraction(SourceArchive archive) {
        this.archive = archive;
    }

    /** @param bytes its size, by which a later run knows that it is there */
    void add(String entry, long bytes, String path) {
        targets.put(entry, new Target(path, bytes));
    }

    /** Writes what isn't there yet; reads the archive only if something isn't. */
    void run(Packages packages, Workspace work) {
        CorpusFolder folder = work.folder();
        var missing = new HashMap<String, Target>();
        targets.forEach((entry, target) -> {
            if (!folder.has(target.path, target.bytes)) {
                missing.put(entry, target);
            }
        });
        if (!missing.isEmpty()) {
            packages.read(archive, missing::containsKey, (entry, content) -> {
                Target target = missing.get(entry);
                if (target != null) {
                    folder.write(target.path, content);
                }
            });
        }
    }
}
