package io.sensorium.corpus;

import io.sensorium.core.CorpusException;
import io.sensorium.core.Input;
import io.sensorium.core.MediaException;
import io.sensorium.core.Modality;
import io.sensorium.core.Text;
import io.sensorium.spi.ModalityProvider;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.function.Consumer;

/**
 * A manifest in memory; the media stay on disk. Immutable and thread-safe.
 *
 * <pre>{@code
 * Corpus corpus = Corpus.load(Path.of("corpus"));
 * for (ItemView v : corpus.views(Modality.AUDIO, ViewFilter.parse("test,lang=en"))) {
 *   Input input = corpus.input(v.view(), audioProvider);
 * }
 * }</pre>
 */
public final class Corpus {
    /** What the manifest is called in a corpus folder. */
    public static final String MANIFEST = "manifest.jsonl";

    private final Path manifest;
    private final Path folder;
    private final List<Item> items;
    private final String digest;

    private Corpus(Path manifest, Path folder, List<Item> items, String digest) {
        this.manifest = manifest;
        this.folder = folder;
        this.items = items;
        this.digest = digest;
    }

    /**
     * Reads a manifest line by line; media files are not touched.
     *
     * @param manifestOrFolder a manifest, or a folder with a {@value #MANIFEST}
     * @throws CorpusException if it can't be read or a line is malformed; names file, line and reason
     */
    public static Corpus load(Path manifestOrFolder) {
        Path manifest = Files.isDirectory(manifestOrFolder) ? manifestOrFolder.resolve(MANIFEST) : manifestOrFolder;
        var reader = new ManifestReader(manifest);
        List<Item> items = reader.read();
        try {
            return new Corpus(
                    manifest, manifest.toAbsolutePath().resolveSibling(".").toRealPath(), items, reader.digest());
        } catch (IOException e) {
            throw new CorpusException("%s: can't be read: %s".formatted(manifest, e.getMessage()), e);
        }
    }

    /** The manifest as it was given to {@link #load}. */
    public Path manifest() {
        return manifest;
    }

    /** What the paths in the manifest are relative to. */
    public Path folder() {
        return folder;
    }

    /** In the order of the manifest. */
    public List<Item> items() {
        return items;
    }

    /** SHA-256 of the manifest in hexadecimal, for provenance. It covers the media's names, not their content. */
    public String digest() {
        return digest;
    }

    /** Every modality that some item has a view in. */
    public SortedSet<Modality> modalities() {
        var modalities = new TreeSet<Modality>();
        items.forEach(item -> modalities.addAll(item.views().keySet()));
        return modalities;
    }

    /** The views of one modality that a filter accepts, in the order of the manifest. */
    public List<ItemView> views(Modality modality, ViewFilter filter) {
        var views = new ArrayList<ItemView>();
        for (Item item : items) {
            for (View view : item.views(modality)) {
                if (filter.accepts(item, view)) {
                    views.add(new ItemView(item, view));
                }
            }
        }
        return views;
    }

    /** Views and, at the same places, what to embed for them. */
    public record Inputs(List<ItemView> views, List<Input> inputs) {}

    /**
     * What to embed for some of the views, in their order.
     *
     * @param unreadable told of each view that is left out, because {@link #input} throws
     */
    public Inputs inputs(List<ItemView> views, ModalityProvider provider, Consumer<MediaException> unreadable) {
        var readable = new Inputs(new ArrayList<>(), new ArrayList<>());
        for (ItemView view : views) {
            try {
                readable.inputs.add(input(view.view(), provider));
                readable.views.add(view);
            } catch (MediaException e) {
                unreadable.accept(e);
            }
        }
        return readable;
    }

    /**
     * What to embed for a view: its text, or what the provider makes of its file.
     *
     * @throws MediaException if its path leads out of the corpus folder, or it is a text file that can't be read
     */
    public Input input(View view, ModalityProvider provider) {
        String text = view.text();
        return text != null ? Text.of(text) : provider.input(file(view));
    }

    /**
     * The file of a view, which may be missing: who reads it reports that.
     *
     * @throws MediaException if a symbolic link leads it out of the corpus folder
     * @throws IllegalArgumentException if the view is a text
     */
    public Path file(View view) {
        if (view.path() == null) {
            throw new IllegalArgumentException(view.label() + " is a text and has no file");
        }
        Path file = folder.resolve(view.path());
        try {
            if (!file.toRealPath().startsWith(folder)) {
                throw new MediaException(view.label(), "leads out of the corpus folder; copy the file into it");
            }
        } catch (IOException e) {
            // missing or unreadable: nothing to follow
            return file;
        }
        return file;
    }

    @Override
    public String toString() {
        return "Corpus[%s, %,d items]".formatted(manifest, items.size());
    }
}
