package io.sensorium.samples.corpora;

import java.util.function.Predicate;

/**
 * The packages that a corpus is made from.
 *
 * @param table which there are
 * @param store where they come from
 */
record Packages(SourceArchives table, ArchiveStore store, ArchiveReader reader, BuildListener listener) {
    SourceArchive get(String name) {
        return table.get(name);
    }

    /** Streams the wanted files of a verified package, which is downloaded first if need be. */
    void read(SourceArchive archive, Predicate<String> wanted, ArchiveReader.Sink sink) {
        reader.read(store.get(archive), wanted, listener, sink);
    }
}
