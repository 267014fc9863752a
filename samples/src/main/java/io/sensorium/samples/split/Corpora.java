package io.sensorium.samples.split;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.sensorium.core.CorpusException;
import io.sensorium.core.Messages;
import io.sensorium.core.Modality;
import io.sensorium.corpus.Corpus;
import io.sensorium.corpus.Item;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;

/**
 * Reads the corpora below a root, each in a folder with a manifest, as one: ids and paths start with the folder's name. An
 * item with {@code "of":"NAME"} has further views of the item of that corpus with the same id and is joined to it.
 */
final class Corpora {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final List<String> MODALITIES = List.of("image", "audio", "text");

    private final Path root;
    /** By name of the corpus, in the order in which they are to be split. */
    private final Map<String, List<Entry>> entries = new LinkedHashMap<>();

    private Corpora(Path root) {
        this.root = root;
    }

    /**
     * Reads all manifests.
     *
     * @throws CorpusException if there is none, a line is malformed, or an item is of another that isn't there
     */
    static Map<String, List<Entry>> load(Path root) {
        return new Corpora(root).load();
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
                .thenComparing(Corpora::name));
        Map<String, Entry> byId = new LinkedHashMap<>();
        for (Corpus corpus : corpora) {
            String name = name(corpus);
            List<ObjectNode> lines = lines(corpus);
            for (int i = 0; i < lines.size(); i++) {
                if (!corpus.items().get(i).other().containsKey("of")) {
                    var entry = new Entry(name, rooted(lines.get(i), name, name));
                    entries.computeIfAbsent(name, n -> new ArrayList<>()).add(entry);
                    byId.put(entry.id(), entry);
                }
            }
        }
        corpora.forEach(corpus -> join(corpus, byId));
        return entries;
    }

    private static void join(Corpus corpus, Map<String, Entry> byId) {
        List<ObjectNode> lines = lines(corpus);
        for (int i = 0; i < lines.size(); i++) {
            Item item = corpus.items().get(i);
            Object of = item.other().get("of");
            if (of != null) {
                Entry whole = byId.get(of + "/" + item.id());
                if (whole == null) {
                    throw new CorpusException(
                            "%s:%d: item '%s' is of '%s', which has no such item; build that corpus too"
                                    .formatted(
                                            corpus.manifest(),
                                            item.line(),
                                            Messages.excerpt(item.id()),
                                            Messages.excerpt(String.valueOf(of))));
                }
                addViews(whole.json, rooted(lines.get(i), name(corpus), String.valueOf(of)));
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

    private static List<ObjectNode> lines(Corpus corpus) {
        var lines = new ArrayList<ObjectNode>();
        try (Stream<String> text = Files.lines(corpus.manifest())) {
            for (String line : (Iterable<String>) text.filter(l -> !l.isBlank())::iterator) {
                lines.add((ObjectNode) JSON.readTree(line));
            }
        } catch (JsonProcessingException e) {
            throw new CorpusException("%s: changed while it was read".formatted(corpus.manifest()), e);
        } catch (IOException e) {
            throw new CorpusException("%s: can't be read: %s".formatted(corpus.manifest(), e.getMessage()), e);
        }
        if (lines.size() != corpus.items().size()) {
            throw new CorpusException("%s: changed while it was read".formatted(corpus.manifest()));
        }
        return lines;
    }

    private List<Path> folders() {
        try (Stream<Path> found = Files.list(root)) {
            return found.filter(folder -> Files.isRegularFile(folder.resolve(Corpus.MANIFEST)))
                    .sorted()
                    .toList();
        } catch (IOException e) {
            throw new CorpusException("%s: can't be listed: %s".formatted(root, e), e);
        }
    }

    private static String name(Corpus corpus) {
        return String.valueOf(corpus.folder().getFileName());
    }
}
