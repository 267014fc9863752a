package io.sensorium.samples.corpora;

import io.sensorium.core.ConfigException;
import io.sensorium.core.CorpusException;
import java.nio.file.Path;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Builds a benchmark corpus in a folder.
 *
 * <pre>{@code
 * BuildReport report = CorpusBuild.of("stamps", Path.of("stamps")).run(BuildListener.SILENT);
 * }</pre>
 *
 * @param name one of {@link #names()}
 * @param out the corpus's folder; made if absent, and what an earlier run left there is used
 * @param cache where downloads stay
 * @param archives files that the user has already, in place of downloads
 */
public record CorpusBuild(String name, Path out, Path cache, List<Path> archives) {
    private static final Map<String, CorpusBuilder> BUILDERS = Map.of(
            "stamps", new StampsBuilder(),
            "emoji", new EmojiBuilder(),
            "clipart", new ClipartBuilder(),
            "prompts", new PromptsBuilder());

    public CorpusBuild {
        archives = List.copyOf(archives);
        if (!BUILDERS.containsKey(name)) {
            throw new ConfigException("there is no corpus '%s'; there are %s".formatted(name, names()));
        }
    }

    /** A build that downloads what it needs to {@code out/.downloads}. */
    public static CorpusBuild of(String name, Path out) {
        return new CorpusBuild(name, out, out.resolve(".downloads"), List.of());
    }

    static Map<String, CorpusBuilder> builders() {
        return BUILDERS;
    }

    /** What is built from packages; {@link VoicesBuild} is made from another corpus. */
    public static SortedSet<String> names() {
        return new TreeSet<>(BUILDERS.keySet());
    }

    /**
     * Downloads, unpacks and writes the manifest, each only as far as an earlier run hasn't.
     *
     * @throws ConfigException if a program that it needs is absent
     * @throws CorpusException if an archive isn't the one expected or damaged, or the folder can't be written or has another
     *     corpus
     */
    public BuildReport run(BuildListener listener) {
        return run(
                listener,
                SourceArchives.pinned(),
                new ArchiveStore(cache, archives, listener),
                Objects.requireNonNull(BUILDERS.get(name)));
    }

    BuildReport run(BuildListener listener, SourceArchives table, ArchiveStore store, CorpusBuilder builder) {
        long start = System.nanoTime();
        var sources = builder.archives().stream().map(table::get).toList();
        store.checkGiven(sources);
        var folder = new CorpusFolder(out);
        folder.requireNoOther(name);
        var packages = new Packages(table, store, new ArchiveReader(ArchiveReader.Limits.DEFAULT), listener);
        var work = new Workspace(folder, listener);
        Collection<CorpusItem> items = builder.build(packages, work);
        return finish(name, folder, items, LicencesPage.of(name, builder.description(), sources), work, start);
    }

    static BuildReport finish(
            String name,
            CorpusFolder folder,
            Collection<CorpusItem> items,
            String licences,
            Workspace work,
            long start) {
        if (items.isEmpty()) {
            List<String> skipped = work.skipped();
            throw new CorpusException("%s: nothing for the corpus '%s' was found%s"
                    .formatted(
                            folder.path(),
                            name,
                            skipped.isEmpty()
                                    ? ""
                                    : "; left out, the first of %,d: %s"
                                            .formatted(skipped.size(), skipped.getFirst())));
        }
        items.forEach(item -> item.with("corpus", name));
        folder.writePage("LICENSES.md", licences);
        folder.writeManifest(items);
        folder.tidy();
        var views = new TreeMap<String, Integer>();
        for (CorpusItem item : items) {
            for (String modality : List.of("image", "audio", "text")) {
                views.merge(modality, item.views(modality), Integer::sum);
            }
        }
        return new BuildReport(
                name,
                folder.path(),
                items.size(),
                views,
                work.duplicates(),
                work.skipped(),
                (System.nanoTime() - start) * 1e-9);
    }
}
