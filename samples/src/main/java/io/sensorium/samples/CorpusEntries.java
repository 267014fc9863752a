package io.sensorium.samples;

import io.sensorium.core.Modality;
import io.sensorium.core.SensoriumException;
import io.sensorium.corpus.Corpus;
import io.sensorium.corpus.Item;
import io.sensorium.corpus.View;
import io.sensorium.corpus.ViewFilter;
import io.sensorium.index.Entry;
import io.sensorium.index.Metadata;
import io.sensorium.spi.ModalityProvider;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Stream;

/**
 * The views of a corpus as entries of an index. An id has one view in each modality, so an item's first view takes the
 * item's id and its further ones {@code id#2}, {@code id#3} and so on; the numbers count all views of the manifest, that a
 * filter leaves out too, so that a view has the same id in every job. Metadata: {@code item}, {@code label} (the group),
 * {@code split}, and where the manifest has them {@code lang}, {@code source} and {@code path}.
 */
public final class CorpusEntries {
    /** A view and what is indexed of it. */
    public record ViewEntry(Item item, View view, Entry entry) {}

    private CorpusEntries() {}

    /**
     * In the order of the manifest, made as they are consumed.
     *
     * @param modalities others are left out
     * @param failed told of a view whose file can't even be named or whose text can't be read; the stream goes on
     */
    public static Stream<ViewEntry> of(
            Corpus corpus,
            Map<Modality, ModalityProvider> providers,
            Set<Modality> modalities,
            ViewFilter filter,
            Consumer<SensoriumException> failed) {
        return corpus.items().stream()
                .flatMap(item -> entries(corpus, providers, modalities, filter, item, failed).stream());
    }

    private static List<ViewEntry> entries(
            Corpus corpus,
            Map<Modality, ModalityProvider> providers,
            Set<Modality> modalities,
            ViewFilter filter,
            Item item,
            Consumer<SensoriumException> failed) {
        var entries = new ArrayList<ViewEntry>();
        item.views().forEach((modality, views) -> {
            ModalityProvider provider = providers.get(modality);
            if (provider == null || !modalities.contains(modality)) {
                return;
            }
            for (int i = 0; i < views.size(); i++) {
                View view = views.get(i);
                if (filter.accepts(item, view)) {
                    try {
                        String id = i == 0 ? item.id() : item.id() + "#" + (i + 1);
                        entries.add(new ViewEntry(
                                item, view, new Entry(id, corpus.input(view, provider), metadata(item, view))));
                    } catch (SensoriumException e) {
                        failed.accept(e);
                    }
                }
            }
        });
        return entries;
    }

    private static Metadata metadata(Item item, View view) {
        Metadata.Builder metadata = Metadata.builder()
                .put("item", item.id())
                .put("label", item.group())
                .put("split", view.split());
        if (view.lang() != null) {
            metadata.put("lang", view.lang());
        }
        if (view.source() != null) {
            metadata.put("source", view.source());
        }
        if (view.path() != null) {
            metadata.put("path", view.path());
        }
        return metadata.build();
    }
}
