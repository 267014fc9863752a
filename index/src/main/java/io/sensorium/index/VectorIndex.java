package io.sensorium.index;

import io.sensorium.core.ConfigException;
import io.sensorium.core.Csls;
import io.sensorium.core.Embedding;
import io.sensorium.core.IndexException;
import io.sensorium.core.Input;
import io.sensorium.core.MediaException;
import io.sensorium.core.Modality;
import io.sensorium.core.Model;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.apache.lucene.index.Term;
import org.apache.lucene.search.TermQuery;
import org.apache.lucene.store.FSDirectory;
import org.jspecify.annotations.Nullable;

/**
 * A folder of latents with metadata, searched across modalities by nearest predicted latent.
 *
 * <p><b>Identity.</b> An id names an item, and an item has one view in each modality or several: {@link #upsert}
 * replaces those of the input's modality, all at once, and leaves the item's others. {@link #get} and {@link #delete}
 * concern them all.
 *
 * <p><b>Visibility.</b> Every read sees every write that was done before it by the same {@code VectorIndex}, committed or
 * not. The first read after writes makes them visible, which writes a small segment: writing in batches is cheaper than
 * alternating with reads. Other processes see what is {@linkplain #commit committed}, once they {@link #refresh}.
 *
 * <p><b>Durability.</b> {@link #commit} returns when everything written before it is on the disk; a process that dies later
 * loses only what came after. {@link #close} commits too. When a write fails (full disk), nothing more can be written:
 * every later write throws, {@link #close} too, and the next {@link #open} finds the last commit.
 *
 * <p><b>Model.</b> The index remembers the fingerprint of its model and refuses any other, because latents of two models
 * can't be compared. It doesn't close the model. To change the model, {@linkplain io.sensorium.index.jobs.Reembedding embed
 * again} beside it; an {@link IndexFolder} then points to the index that serves.
 *
 * <p>Thread-safe: one process writes at a time, any number read, and threads need no locking. Don't interrupt a thread
 * that writes, commits, compacts, takes a snapshot or closes: the JDK answers by closing the file under it, which is a
 * failed write. One that reads may be interrupted: it makes writes visible on another thread.
 */
public final class VectorIndex implements AutoCloseable {
    private static final int ID_PAGE = 1024;

    private final Store store;
    private final @Nullable Model model;
    private final Writes writes;
    private final Cohorts cohorts;
    private final @Nullable Csls csls;

    VectorIndex(Store store, @Nullable Model model) {
        this.store = store;
        this.model = model;
        writes = new Writes(store);
        cohorts = new Cohorts(store.stamp().fingerprint());
        csls = model == null ? null : new Csls(model);
    }

    /**
     * Opens an index for reading and writing, or makes one of {@link IndexConfig#DEFAULT} in a folder that is empty or
     * doesn't exist.
     *
     * @throws IndexException if another process or {@code VectorIndex} is writing to it, it is of another model or version,
     *     it is damaged, or the folder holds something else
     */
    public static VectorIndex open(Path folder, Model model) {
        return opened(folder, model, null);
    }

    /**
     * As {@link #open(Path, Model)}, for an index that is, or is now made, of this configuration.
     *
     * @throws IndexException also if it is of another configuration
     */
    public static VectorIndex open(Path folder, Model model, IndexConfig config) {
        return opened(folder, model, config);
    }

    private static VectorIndex opened(Path folder, Model model, @Nullable IndexConfig config) {
        if (model.dimension() > LatentCodec.MAX_DIMENSION) {
            throw new IndexException("%s: the model's latents have %,d dimensions; an index takes up to %,d"
                    .formatted(folder, model.dimension(), LatentCodec.MAX_DIMENSION));
        }
        Path place = new IndexFolder(folder).current();
        return new VectorIndex(Opening.writable(place, directory(place), model, config), model);
    }

    /**
     * Opens the last commit for reading, beside whoever is writing, without a model: everything works but searching by
     * {@link Input} and across modalities.
     *
     * @throws IndexException if it is absent, damaged or of another version
     */
    public static VectorIndex openReadOnly(Path folder) {
        return openReadOnly(folder, null);
    }

    /**
     * Opens the last commit for reading, beside whoever is writing.
     *
     * @throws IndexException if it is absent, damaged, or of another model or version
     */
    public static VectorIndex openReadOnly(Path folder, @Nullable Model model) {
        if (Files.notExists(folder)) {
            throw Problems.absent(folder);
        }
        Path place = new IndexFolder(folder).current();
        return new VectorIndex(Opening.readOnly(place, directory(place), model), model);
    }

    /** {@link #upsert(String, Input, Metadata)} without metadata. */
    public void upsert(String id, Input input) {
        upsert(id, input, Metadata.none());
    }

    /**
     * Embeds a view and writes it, in place of the item's earlier view of the same modality and its metadata. For more than
     * a few, {@link #upsertAll} is much faster.
     *
     * @param id 1 to 4,096 bytes of UTF-8, any characters
     * @throws MediaException if the input can't be decoded
     * @throws ConfigException if the id or a metadata value can't be indexed, or the model lacks the modality
     * @throws IndexException if the index can't be written
     */
    public void upsert(String id, Input input, Metadata metadata) {
        Documents.checkId(id);
        upsert(id, requireModel("to embed " + input.label()).embed(input), metadata);
    }

    /**
     * Writes a latent that the index's model made earlier.
     *
     * @throws IndexException if it is of another model, all zeros, or the index can't be written
     * @throws ConfigException if the id or a metadata value can't be indexed
     */
    public void upsert(String id, Embedding embedding, Metadata metadata) {
        writes.upsert(id, List.of(View.of(embedding)), metadata);
    }

    /**
     * Writes all views of an item in a modality at once, in place of its earlier ones there: a long recording by its
     * segments, a thing by its pictures. A search finds the item once, by its best view, which the hit names.
     *
     * @param views 1 to 10,000, of one modality
     * @throws IndexException if a latent is of another model, all zeros, or the index can't be written
     * @throws ConfigException if the id, a metadata value or a text can't be indexed, or the views are of several modalities
     */
    public void upsert(String id, List<View> views, Metadata metadata) {
        writes.upsert(id, views, metadata);
    }

    /** {@link #upsertAll(Stream, Consumer)} of a list: one result per entry, in order. */
    public List<Upserted> upsertAll(List<Entry> entries) {
        var results = new ArrayList<Upserted>(entries.size());
        upsertAll(entries.stream(), results::add);
        return results;
    }

    /**
     * Embeds and writes any number of views, 256 at a time in memory. An entry that fails is reported and ends
     * nothing; of two entries with the same id and modality the later stays. Commits nothing: call {@link #commit} after,
     * or now and then from {@code each}. To resume a job, leave out what the index {@linkplain #contains(String, Modality)
     * contains}.
     *
     * @param each hears of every entry, in order, on the calling thread, after it is written or has failed
     * @throws IndexException if the index can't be written; what was not committed before is lost
     */
    public void upsertAll(Stream<Entry> entries, Consumer<? super Upserted> each) {
        writes.upsertAll(requireModel("to embed"), entries, each);
    }

    /**
     * The best items for a query, best first; an item appears once for each of its modalities that is found, by its best
     * view there. Without hits the list is empty.
     *
     * @throws MediaException if the query's input can't be decoded
     * @throws ConfigException if the model lacks a modality or a predictor that the query needs, an item that hits should be
     *     like is not there, or the query's words and filter are too large together
     * @throws IndexException if the query's embedding is of another model, a model is needed, or the index can't be read
     */
    public List<Hit> search(Query query) {
        List<Clause> embedded = query.clauses().stream().map(this::embedded).toList();
        var search = new Search(store.folder(), store.stamp(), model, cohorts, csls);
        try {
            return store.read(searcher -> search.search(searcher, query, embedded));
        } catch (ModelFailure e) {
            throw e.thrown();
        }
    }

    private Clause embedded(Clause clause) {
        return clause instanceof Clause.OfInput of
                ? new Clause.OfLatent(
                        requireModel("to embed " + of.input().label()).embed(of.input()), of.weight())
                : clause;
    }

    /** All views of an item, by modality; empty if there is none. */
    public List<StoredView> get(String id) {
        Term term = Documents.id(id);
        return store.read(searcher -> Views.views(searcher, term, store.stamp(), Integer.MAX_VALUE));
    }

    /** The item's view in a modality; the first if it has several. */
    public Optional<StoredView> get(String id, Modality modality) {
        Term term = Documents.key(id, modality);
        return store.read(searcher -> Views.views(searcher, term, store.stamp(), 1)).stream()
                .findFirst();
    }

    /** Whether the item has a view in any modality. */
    public boolean contains(String id) {
        return count(Documents.id(id)) > 0;
    }

    public boolean contains(String id, Modality modality) {
        return count(Documents.key(id, modality)) > 0;
    }

    /**
     * Removes all views of an item, if there are any.
     *
     * @throws ConfigException if no item can have the id
     */
    public void delete(String id) {
        Documents.checkId(id);
        store.write(writer -> writer.deleteDocuments(Documents.id(id)));
    }

    /**
     * Removes all views of an item in a modality, if there are any.
     *
     * @throws ConfigException if no item can have the id
     */
    public void delete(String id, Modality modality) {
        Documents.checkId(id);
        store.write(writer -> writer.deleteDocuments(Documents.key(id, modality)));
    }

    /** Removes every view that matches. */
    public void deleteWhere(Filter filter) {
        var query = Filters.toLucene(filter);
        store.write(writer -> writer.deleteDocuments(query));
    }

    /** The number of views, every segment counted. */
    public long count() {
        return store.read(searcher -> (long) searcher.getIndexReader().numDocs());
    }

    /** The number of views in a modality, every segment counted. */
    public long count(Modality modality) {
        return count(Documents.ofModality(modality));
    }

    /**
     * The ids of all items in the order of their UTF-8 bytes, read page by page as the stream is consumed; it needs no
     * closing. What is written meanwhile may or may not appear.
     */
    public Stream<String> ids() {
        return Stream.iterate(
                        idsAfter(null),
                        page -> !page.isEmpty(),
                        page -> page.size() < ID_PAGE ? List.of() : idsAfter(page.getLast()))
                .flatMap(List::stream);
    }

    /** Makes everything that was written before durable. A read-only index has nothing to commit. */
    public void commit() {
        if (!store.isReadOnly()) {
            store.write(writer -> writer.commit());
        }
    }

    /**
     * Merges all into one segment and commits, so that a search walks one graph of a modality instead of one in each
     * segment, and what was deleted gives back its space. Worth its time, which is about that of building the index, after
     * a large load; reads and writes go on meanwhile, and later writes make new segments.
     *
     * @throws IndexException if it can't be written; then the last commit stands
     */
    public void compact() {
        store.write(writer -> {
            writer.forceMerge(1);
            writer.commit();
        });
    }

    /**
     * Commits and makes a copy of the index as it is then, while reads and writes go on. The folder appears complete or
     * not at all, is an index like any other, and takes hardly time or space on the same disk, where it shares the files
     * until the index replaces them; only a copy on another disk outlives the disk.
     *
     * @param target a folder that is new or empty
     * @throws IndexException if it holds something, can't be written, or this index is read-only
     */
    public void snapshot(Path target) {
        store.snapshot(files -> Snapshots.make(store.folder(), files, target, true));
    }

    /**
     * Copies a snapshot to where an index shall be, after comparing all its checksums; the snapshot stays.
     *
     * @param folder new or empty; the index appears there complete or not at all
     * @throws IndexException if the snapshot is damaged or none, or the folder holds something or can't be written
     */
    public static void restore(Path snapshot, Path folder) {
        try (VectorIndex source = openReadOnly(snapshot)) {
            source.verify();
            Snapshots.make(source.store.folder(), source.store.files(), folder, false);
        }
    }

    /**
     * Read-only: moves on to the writer's last commit. Otherwise needless, since reads see earlier writes anyway.
     *
     * @throws IndexException if it can't be read, or another index was made in its place; then reads see what they saw
     */
    public void refresh() {
        store.refresh();
    }

    /** What the index is and holds, uncommitted changes included. */
    public IndexInfo info() {
        return store.read(searcher -> IndexInfo.of(store, searcher));
    }

    /**
     * Reads every file of the index and compares checksums; opening it looks only at the ends of the large ones.
     *
     * @throws IndexException if one is damaged
     */
    public void verify() {
        store.read(searcher -> {
            for (var leaf : searcher.getIndexReader().leaves()) {
                leaf.reader().checkIntegrity();
            }
            return true;
        });
    }

    /**
     * Commits, waits for merges that are under way, and lets go of the lock; does nothing the second time.
     *
     * @throws IndexException if the commit fails or an earlier write failed; everything is released nevertheless
     */
    @Override
    public void close() {
        store.close();
    }

    Path folder() {
        return store.folder();
    }

    private long count(Term term) {
        return store.read(searcher -> (long) searcher.count(new TermQuery(term)));
    }

    private List<String> idsAfter(@Nullable String last) {
        return store.read(searcher -> Views.ids(searcher.getIndexReader(), last, ID_PAGE));
    }

    private Model requireModel(String need) {
        if (model == null) {
            throw Problems.noModel(store.folder(), need);
        }
        return model;
    }

    private static FSDirectory directory(Path folder) {
        if (Files.exists(folder) && !Files.isDirectory(folder)) {
            throw Problems.notAFolder(folder);
        }
        try {
            return FSDirectory.open(folder);
        } catch (IOException e) {
            throw Problems.unreadable(folder, e);
        }
    }
}
