package io.sensorium.samples.command;

import io.sensorium.core.MediaException;
import io.sensorium.core.Messages;
import io.sensorium.core.Modality;
import io.sensorium.core.SensoriumException;
import io.sensorium.core.Text;
import io.sensorium.corpus.Corpus;
import io.sensorium.corpus.ViewFilter;
import io.sensorium.index.Entry;
import io.sensorium.index.Metadata;
import io.sensorium.index.jobs.JobItem;
import io.sensorium.samples.CorpusEntries;
import io.sensorium.spi.Modalities;
import io.sensorium.spi.ModalityProvider;
import java.io.BufferedInputStream;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * What a job embeds: files, folders, patterns, texts, a manifest and lines of standard input, found one after the other as
 * the job asks for them. A file's id is its path as given, a text's is the text. A file of an unknown kind below a folder
 * is counted; whatever else can't be read is an item that says so.
 */
final class JobInputs {
    static final String STANDARD_INPUT = "-";

    private final Map<Modality, ModalityProvider> providers = Modalities.installed();
    private final Set<Modality> modalities;
    private final Map<String, Long> unknown = Collections.synchronizedMap(new TreeMap<>());
    private final List<Supplier<Iterator<JobItem>>> parts = new ArrayList<>();

    /** @param modalities those that the model embeds */
    JobInputs(Set<Modality> modalities) {
        this.modalities = modalities;
    }

    JobInputs files(Modality modality, List<Path> files) {
        parts.add(() -> files.stream().map(file -> file(file, modality)).iterator());
        return this;
    }

    JobInputs texts(List<String> texts) {
        parts.add(() -> texts.stream()
                .map(text -> JobItem.of(new Entry(text, Text.of(text))))
                .iterator());
        return this;
    }

    JobInputs manifest(Corpus corpus, ViewFilter filter) {
        var problems = new ArrayList<SensoriumException>();
        parts.add(() -> CorpusEntries.of(corpus, providers, modalities, filter, problems::add)
                .map(view -> JobItem.of(view.entry()))
                .iterator());
        parts.add(() -> problems.stream()
                .map(problem -> JobItem.unreadable(corpus.manifest().toString(), problem))
                .iterator());
        return this;
    }

    /**
     * @param paths files, folders, {@link Glob patterns} for what doesn't exist, or {@value #STANDARD_INPUT}
     * @throws io.sensorium.core.ConfigException if a pattern is malformed
     * @throws InvalidPathException if one can't be the path of a file
     */
    JobInputs paths(List<String> paths, InputStream standardInput) {
        for (String path : paths) {
            if (path.equals(STANDARD_INPUT)) {
                parts.add(() -> new JobLines(new BufferedInputStream(standardInput), this::file));
            } else if (Glob.isOne(path) && !Files.exists(Path.of(path))) {
                Glob glob = Glob.of(path);
                parts.add(() -> matching(glob, path));
            } else if (Files.isDirectory(Path.of(path))) {
                parts.add(() -> new FolderWalk(Path.of(path), this::known));
            } else {
                parts.add(() -> List.of(file(Path.of(path), null)).iterator());
            }
        }
        return this;
    }

    /** All of them; once. */
    Iterator<JobItem> items() {
        Iterator<Supplier<Iterator<JobItem>>> each = parts.iterator();
        return new Iterator<>() {
            private Iterator<JobItem> part = Collections.emptyIterator();

            @Override
            public boolean hasNext() {
                while (!part.hasNext() && each.hasNext()) {
                    part = each.next().get();
                }
                return part.hasNext();
            }

            @Override
            public JobItem next() {
                if (!hasNext()) {
                    throw new NoSuchElementException();
                }
                return part.next();
            }
        };
    }

    /** Files below folders that belong to no modality of the model, by extension, as far as they have been found. */
    Map<String, Long> unknown() {
        synchronized (unknown) {
            return new TreeMap<>(unknown);
        }
    }

    /** A pattern that matches nothing is likely a mistake. */
    private Iterator<JobItem> matching(Glob glob, String pattern) {
        var found = new FolderWalk(glob.folder(), file -> glob.matcher().matches(file) ? known(file) : null);
        return found.hasNext()
                ? found
                : List.of(JobItem.unreadable(
                                pattern,
                                new MediaException(
                                        Messages.path(pattern), "matches no file of the model's modalities")))
                        .iterator();
    }

    /** A file that was found below a folder; null if it is of no modality. */
    private @Nullable JobItem known(Path file) {
        Modality modality = modalityOf(file);
        if (modality == null) {
            String extension = Messages.excerpt(extension(file));
            unknown.merge(extension.isEmpty() ? "(none)" : extension, 1L, Long::sum);
        }
        return modality == null ? null : file(file, modality);
    }

    /** A file that was named, and its modality if that was too. */
    private JobItem file(Path file, @Nullable Modality named) {
        String name = file.toString();
        if (isMangled(name)) {
            return JobItem.unreadable(
                    name,
                    new MediaException(
                            Messages.path(name),
                            "its name isn't in the locale's encoding; set LC_ALL=C.UTF-8, or rename it"));
        }
        Modality modality = named == null ? modalityOf(file) : named;
        ModalityProvider provider = modality == null || !modalities.contains(modality) ? null : providers.get(modality);
        if (provider == null) {
            return JobItem.unreadable(name, new MediaException(Messages.path(name), problem(file, modality)));
        }
        return new JobItem(name.replace('\\', '/'), () -> provider.input(file), Metadata.of("path", name));
    }

    /** Two such names can be one id, under which nobody would find the file again. */
    private static boolean isMangled(String name) {
        try {
            return name.indexOf('\uFFFD') >= 0 && !Files.exists(Path.of(name));
        } catch (InvalidPathException e) {
            return true;
        }
    }

    private String problem(Path file, @Nullable Modality modality) {
        if (modality != null) {
            return "the model has no encoder for %s; it has %s".formatted(modality, modalities);
        }
        return Files.exists(file)
                ? "its extension is of no modality of the model; name it with --image, --audio or --text"
                : "no such file or folder";
    }

    private @Nullable Modality modalityOf(Path file) {
        String extension = extension(file);
        for (Modality modality : modalities) {
            ModalityProvider provider = providers.get(modality);
            if (provider != null && provider.extensions().contains(extension)) {
                return modality;
            }
        }
        return null;
    }

    private static String extension(Path file) {
        String name = String.valueOf(file.getFileName());
        int dot = name.lastIndexOf('.');
        return dot < 0 ? "" : name.substring(dot + 1).toLowerCase(Locale.ROOT);
    }
}
