package io.sensorium.samples.benchmark;

import io.sensorium.corpus.Corpus;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;

/** The corpora of a plan, each of whose manifests is read once. Not thread-safe. */
public final class Corpora {
    private final Path folder;
    private final Map<String, Corpus> read = new HashMap<>();

    /** @param folder of the manifests */
    public Corpora(Path folder) {
        this.folder = folder;
    }

    /**
     * @param manifest relative to the folder
     * @throws io.sensorium.core.CorpusException if it can't be read
     */
    Corpus get(String manifest) {
        return read.computeIfAbsent(manifest, name -> Corpus.load(folder.resolve(name)));
    }
}
