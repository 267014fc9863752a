package io.sensorium.index;

import io.sensorium.core.ConfigException;
import io.sensorium.core.Embedded;
import io.sensorium.core.Model;
import io.sensorium.core.SensoriumException;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.apache.lucene.document.Document;

/** Turns views into blocks of documents and writes them. */
final class Writes {
    static final int BATCH = 256;

    private final Store store;

    Writes(Store store) {
        this.store = store;
    }

    void upsert(String id, List<View> views, Metadata metadata) {
        write(id, views, block(id, views, metadata));
    }

    void upsertAll(Model model, Stream<Entry> entries, Consumer<? super Upserted> each) {
        var batch = new ArrayList<Entry>(BATCH);
        for (Iterator<Entry> i = entries.iterator(); i.hasNext(); ) {
            batch.add(i.next());
            if (batch.size() == BATCH || !i.hasNext()) {
                upsertBatch(model, batch, each);
                batch.clear();
            }
        }
    }

    private void upsertBatch(Model model, List<Entry> batch, Consumer<? super Upserted> each) {
        List<Entry> fit = batch.stream()
                .filter(entry -> model.modalities().contains(entry.input().modality()))
                .toList();
        List<Embedded> embedded = fit.isEmpty()
                ? List.of()
                : model.embedAll(fit.stream().map(Entry::input).toList());
        if (embedded.size() != fit.size()) {
            throw new IllegalStateException(
                    "model gave %d results for %d inputs".formatted(embedded.size(), fit.size()));
        }
        Iterator<Embedded> results = embedded.iterator();
        for (Entry entry : batch) {
            List<View> views;
            List<Document> block;
            try {
                if (!model.modalities().contains(entry.input().modality())) {
                    throw new ConfigException("%s: the model has no encoder for %s"
                            .formatted(entry.input().label(), entry.input().modality()));
                }
                View view = View.of(results.next().orThrow());
                views = List.of(entry.text() == null ? view : view.withText(entry.text()));
                block = block(entry.id(), views, entry.metadata());
            } catch (SensoriumException problem) {
                each.accept(new Upserted.Failed(entry, problem));
                continue;
            }
            write(entry.id(), views, block);
            each.accept(new Upserted.Done(entry));
        }
    }

    private List<Document> block(String id, List<View> views, Metadata metadata) {
        views.forEach(view -> Documents.checkOrigin(id, view.embedding(), store.stamp()));
        return Documents.of(id, views, metadata);
    }

    private void write(String id, List<View> views, List<Document> block) {
        store.write(writer ->
                writer.updateDocuments(Documents.key(id, views.getFirst().modality()), block));
    }
}
