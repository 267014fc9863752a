package io.sensorium.samples.corpora;

import io.sensorium.corpus.Corpus;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/** Builds a corpus from packages of a test, as if they were the pinned ones. */
final class PackagedCorpus {
    private final Path folder;
    private final CorpusBuilder builder;
    private final List<SourceArchive> table = new ArrayList<>();
    private final List<Path> files = new ArrayList<>();

    PackagedCorpus(Path folder, CorpusBuilder builder) {
        this.folder = folder;
        this.builder = builder;
    }

    PackagedCorpus debian(String name, TinyArchive archive) throws IOException {
        return add(name, SourceArchive.Registry.debian, archive.debian(folder.resolve(name + ".deb")));
    }

    PackagedCorpus npm(String name, TinyArchive archive) throws IOException {
        Path file = folder.resolve(name.replace('/', '-') + ".tgz");
        return add(name, SourceArchive.Registry.npm, archive.npm(file));
    }

    private PackagedCorpus add(String name, SourceArchive.Registry registry, Path file) throws IOException {
        table.add(TinyArchive.pinned(name, registry, file));
        files.add(file);
        return this;
    }

    BuildReport build(BuildListener listener) {
        var store = new ArchiveStore(folder.resolve("downloads"), files, listener, Map.of());
        return CorpusBuild.of("stamps", out()).run(listener, new SourceArchives(table), store, builder);
    }

    Path out() {
        return folder.resolve("out");
    }

    Corpus corpus() {
        return Corpus.load(out());
    }

    /** Builds again over a folder that lacks a file and its manifest, and returns whether the same comes out. */
    boolean repeats(String lost) throws IOException {
        byte[] manifest = Files.readAllBytes(out().resolve("manifest.jsonl"));
        byte[] file = Files.readAllBytes(out().resolve(lost));
        Files.delete(out().resolve(lost));
        Files.delete(out().resolve("manifest.jsonl"));
        build(BuildListener.SILENT);
        return Arrays.equals(manifest, Files.readAllBytes(out().resolve("manifest.jsonl")))
                && Arrays.equals(file, Files.readAllBytes(out().resolve(lost)));
    }
}
