package io.sensorium.samples.command;

import io.sensorium.core.ConfigException;
import io.sensorium.core.MediaException;
import io.sensorium.core.Messages;
import io.sensorium.core.Modality;
import io.sensorium.core.SensoriumException;
import io.sensorium.core.Text;
import io.sensorium.corpus.Corpus;
import io.sensorium.corpus.ViewFilter;
import io.sensorium.index.Entry;
import io.sensorium.index.Metadata;
import io.sensorium.samples.CorpusEntries;
import io.sensorium.spi.Modalities;
import io.sensorium.spi.ModalityProvider;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.stream.Stream;

/**
 * What a job embeds: files, folders, texts and a manifest, found one after the other as the job asks for them. A file's id
 * is its path as given, a text's is the text. A file of an unknown kind is counted, whatever else can't be read is told
 * and left out. Not thread-safe.
 */
final class JobInputs {
    private final Map<Modality, ModalityProvider> providers = Modalities.installed();
    private final Set<Modality> modalities;
    private final Consumer<SensoriumException> failed;
    private final Map<String, Long> unknown = new TreeMap<>();

    /** @param modalities those that the model embeds */
    JobInputs(Set<Modality> modalities, Consumer<SensoriumException> failed) {
        this.modalities = modalities;
        this.failed = failed;
    }

    /** Files in folders that belong to no modality of the model, by extension. */
    Map<String, Long> unknown() {
        return new TreeMap<>(unknown);
    }

    Stream<Entry> files(Modality modality, List<Path> files) {
        return files.stream().flatMap(file -> entry(modality, file));
    }

    Stream<Entry> texts(List<String> texts) {
        return texts.stream().map(text -> new Entry(text, Text.of(text)));
    }

    Stream<Entry> manifest(Path manifest, ViewFilter filter) {
        return CorpusEntries.of(Corpus.load(manifest), providers, modalities, filter, failed)
                .map(CorpusEntries.ViewEntry::entry);
    }

    /** A file by its extension, or all files below a folder in the order of their names; links to folders aren't followed. */
    Stream<Entry> below(Path path) {
        return Files.isDirectory(path) ? children(path).stream().flatMap(this::child) : known(path, true);
    }

    private Stream<Entry> child(Path path) {
        return Files.isDirectory(path, LinkOption.NOFOLLOW_LINKS)
                ? children(path).stream().flatMap(this::child)
                : known(path, false);
    }

    private List<Path> children(Path folder) {
        var children = new ArrayList<Path>();
        try (DirectoryStream<Path> stream = Files.newDirectoryStream(folder)) {
            stream.forEach(children::add);
        } catch (IOException | java.nio.file.DirectoryIteratorException e) {
            failed.accept(new MediaException(Messages.excerpt(folder.toString()), "folder can't be read: " + e, e));
        }
        children.sort(null);
        return children;
    }

    private Stream<Entry> known(Path file, boolean named) {
        String name = String.valueOf(file.getFileName());
        int dot = name.lastIndexOf('.');
        String extension = dot < 0 ? "" : name.substring(dot + 1).toLowerCase(Locale.ROOT);
        for (Modality modality : modalities) {
            ModalityProvider provider = providers.get(modality);
            if (provider != null && provider.extensions().contains(extension)) {
                return entry(modality, file);
            }
        }
        if (named) {
            failed.accept(new MediaException(
                    Messages.excerpt(file.toString()),
                    Files.exists(file)
                            ? "its extension is of no modality of the model; name it with --image, --audio or --text"
                            : "no such file or folder"));
        } else {
            unknown.merge(extension.isEmpty() ? "(none)" : extension, 1L, Long::sum);
        }
        return Stream.empty();
    }

    private Stream<Entry> entry(Modality modality, Path file) {
        try {
            if (!modalities.contains(modality)) {
                throw new ConfigException("%s: the model has no encoder for %s; it has %s"
                        .formatted(Messages.excerpt(file.toString()), modality, modalities));
            }
            ModalityProvider provider = Objects.requireNonNull(providers.get(modality));
            return Stream.of(new Entry(
                    file.toString().replace('\\', '/'), provider.input(file), Metadata.of("path", file.toString())));
        } catch (SensoriumException e) {
            failed.accept(e);
            return Stream.empty();
        }
    }
}
