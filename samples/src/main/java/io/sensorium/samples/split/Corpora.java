package io.sensorium.samples.split;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.sensorium.core.CorpusException;
import io.sensorium.core.MediaException;
import io.sensorium.core.Messages;
import io.sensorium.core.Modality;
import io.sensorium.core.Text;
import io.sensorium.corpus.Corpus;
import io.sensorium.corpus.Item;
import io.sensorium.corpus.View;
import io.sensorium.spi.Modalities;
import io.sensorium.spi.ModalityProvider;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Stream;

/**
 * Reads the corpora below a root, each in a folder with a manifest, as one: ids and paths start with the folder's name. An
 * item with {@code "of":"NAME"} has further views of the item of that corpus (the folder's name, or what its items have in
 * {@code corpus}) with the same id and is joined to it.
 */
final class Corpora {
    private static final List<String> MODALITIES = List.of("image", "audio", "text");

    private final Path root;
    private final Consumer<MediaException> unreadable;
    private final ModalityProvider texts = Modalities.require(Modalities.installed(), Modality.TEXT);
    /** By name of the corpus, in the order in which they are to be split. */
    private final Map<String, List<Entry>> entries = new LinkedHashMap<>();

    private Corpora(Path root, Consumer<MediaException> unreadable) {
        this.root = root;
        this.unreadable = unreadable;
    }

    /**
     * Reads all manifests.
     *
     * @param unreadable told of each caption that is a file and can't be read; its view's split is {@code none}
     * @throws CorpusException if there is none, a line is malformed, or an item is of another that isn't there
     */
    static Map<String, List<Entry>> load(Path root, Consumer<MediaException> unreadable) {
        return new Corpora(root, unreadable).load();
    }

    private Map<String, List<Entry>> load() {
        var corpora = new ArrayList<Corpus>();
        for (Path folder : folders()) {
            corpora.add(Corpus.load(folder));
        }
        if (corpora.isEmpty()) {
            throw new CorpusException(
                    "%s: has no folder with a %s; build a corpus into it first, as in 'corpus build stamps --out %s'"
                            .formatted(root, Corpus.MANIFEST, root.resolve("stamps")));
        }
        // what comes later has to make do with what is left; of small corpora little would be
        corpora.sort(Comparator.comparingInt((Corpus c) -> -c.modalities().size())
                .thenComparing(c -> !c.modalities().contains(Modality.IMAGE))
                .thenComparing(c -> c.items().size())
                .thenComparing(this::name));
        Map<String, Entry> byId = new LinkedHashMap<>();
        Map<String, Entry> bySource = new HashMap<>();
        var parts = new ArrayList<Part>();
        for (Corpus corpus : corpora) {
            String name = name(corpus);
            List<ObjectNode> lines = ManifestLines.of(corpus);
            for (int i = 0; i < lines.size(); i++) {
                Item item = corpus.items().get(i);
                Object of = item.other().get("of");
                ObjectNode json = rooted(lines.get(i), name, of == null ? name : String.valueOf(of));
                readCaptions(corpus, item, json);
                if (of == null) {
                    var entry = new Entry(name, item.group(), json);
                    entries.computeIfAbsent(name, n -> new ArrayList<>()).add(entry);
                    byId.put(entry.id(), entry);
                    bySource.put(item.other().get("corpus") + "/" + item.id(), entry);
                } else {
                    parts.add(new Part(corpus, item, json));
                }
            }
        }
        // a folder that somebody named otherwise still has items that say what they are of
        bySource.forEach(byId::putIfAbsent);
        parts.forEach(part -> join(part, byId));
        return entries;
    }

    /** An item that has further views of another corpus' item. */
    private record Part(Corpus corpus, Item item, ObjectNode json) {}

    private static void join(Part part, Map<String, Entry> byId) {
        Entry whole = byId.get(part.json.path("id").asText());
        if (whole == null) {
            throw new CorpusException("%s:%d: item '%s' is of '%s', which has no such item; build that corpus too"
                    .formatted(
                            part.corpus.manifest(),
                            part.item.line(),
                            Messages.excerpt(part.item.id()),
                            Messages.excerpt(String.valueOf(part.item.other().get("of")))));
        }
        addViews(whole.json, part.json);
    }

    /** Puts the text of a caption that is a file in the file's place, so that it counts as any other. */
    private void readCaptions(Corpus corpus, Item item, ObjectNode json) {
        List<View> views = item.views(Modality.TEXT);
        for (int i = 0; i < views.size(); i++) {
            View view = views.get(i);
            if (view.path() != null && json.path("text").path(i) instanceof ObjectNode node) {
                try {
                    Text text = (Text) corpus.input(view, texts);
                    node.remove("path");
                    node.put("text", text.text());
                } catch (MediaException e) {
                    node.put("split", Split.NONE.label());
                    unreadable.accept(e);
                }
            }
        }
    }

    private static void addViews(ObjectNode whole, ObjectNode part) {
        for (String modality : MODALITIES) {
            if (part.get(modality) instanceof ArrayNode more && !more.isEmpty()) {
                ArrayNode views = whole.withArray(modality);
                Set<String> texts = new HashSet<>();
                views.forEach(view -> texts.add(said(view)));
                for (JsonNode view : more) {
                    if (!view.has("text") || texts.add(said(view))) {
                        views.add(view);
                    }
                }
            }
        }
    }

    private static String said(JsonNode view) {
        return view.path("lang").asText() + ":" + view.path("text").asText();
    }

    /** With paths and id from the root; a split of the corpus' own would undermine the joint one. */
    private static ObjectNode rooted(ObjectNode line, String folder, String ids) {
        ObjectNode item = line.deepCopy();
        item.put("id", ids + "/" + line.path("id").asText());
        item.remove(List.of("split", "group", "of"));
        item.forEach(field -> {
            if (field instanceof ArrayNode views) {
                for (JsonNode element : views) {
                    if (element instanceof ObjectNode view) {
                        view.remove("split");
                        if (view.path("path").isTextual()) {
                            view.put("path", folder + "/" + view.path("path").asText());
                        }
                    }
                }
            }
        });
        return item;
    }

    private List<Path> folders() {
        try (Stream<Path> found = Files.list(root)) {
            List<Path> folders = found.filter(folder -> Files.isRegularFile(folder.resolve(Corpus.MANIFEST)))
                    .sorted()
                    .toList();
            for (Path folder : folders) {
                if (!folder.toRealPath().startsWith(root.toRealPath())) {
                    throw new CorpusException(
                            "%s: is a link out of %s, which no manifest in it may follow; move the corpus"
                                    .formatted(folder, root));
                }
            }
            return folders;
        } catch (IOException e) {
            throw new CorpusException("%s: can't be listed: %s".formatted(root, e), e);
        }
    }

    /** As the root has it, which a link may call otherwise than its target. */
    private String name(Corpus corpus) {
        return root.relativize(corpus.manifest()).getName(0).toString();
    }
}
