package io.sensorium.corpus;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.JsonNodeType;
import io.sensorium.core.CorpusException;
import io.sensorium.core.Messages;
import io.sensorium.core.Modality;
import io.sensorium.core.Sha256;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Reads one manifest, once. A line is parsed by itself, so that an error names it and memory is bounded by the longest. */
final class ManifestReader {
    static final int MAX_LINE = 1 << 20;
    private static final long MAX_FILE = 4L << 30;

    private static final Pattern MODALITY = Pattern.compile("[a-z][a-z0-9_]{0,31}");
    private static final Pattern SPLIT = Pattern.compile("[A-Za-z0-9._-]{1,64}");
    private static final Set<Modality> SHIPPED = Set.of(Modality.IMAGE, Modality.AUDIO, Modality.TEXT);

    private static final JsonMapper JSON = JsonMapper.builder(JsonFactory.builder()
                    .streamReadConstraints(
                            StreamReadConstraints.builder().maxNestingDepth(32).build())
                    .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                    .disable(StreamReadFeature.INCLUDE_SOURCE_IN_LOCATION)
                    .build())
            .build();

    private final Path manifest;
    private final MessageDigest digest = Sha256.digest();
    private final List<Item> items = new ArrayList<>();
    private final Map<String, Integer> lineOfId = new HashMap<>();
    private final Map<String, Modality> modalities = new HashMap<>();
    /** One instance of each language, source and split, of which there are few. */
    private final Map<String, String> names = new HashMap<>();

    private int line;

    ManifestReader(Path manifest) {
        this.manifest = manifest;
    }

    List<Item> read() {
        if (!Files.isRegularFile(manifest)) {
            throw new CorpusException(
                    manifest + ": no such file; expected a manifest, or a folder with a " + Corpus.MANIFEST);
        }
        try (InputStream in = Files.newInputStream(manifest)) {
            if (Files.size(manifest) > MAX_FILE) {
                throw new CorpusException("%s: has %,d bytes; at most %,d are read (split the corpus)"
                        .formatted(manifest, Files.size(manifest), MAX_FILE));
            }
            readLines(in);
        } catch (IOException e) {
            throw new CorpusException("%s: can't be read: %s".formatted(manifest, e.getMessage()), e);
        }
        if (items.isEmpty()) {
            throw new CorpusException(manifest + ": has no items");
        }
        return Collections.unmodifiableList(items);
    }

    String digest() {
        return Sha256.hex(digest);
    }

    private void readLines(InputStream in) throws IOException {
        byte[] buffer = new byte[1 << 16];
        int end = 0;
        for (boolean more = true; more; ) {
            if (end == buffer.length) {
                if (end >= MAX_LINE) {
                    line++;
                    throw malformed("is longer than %,d bytes".formatted(MAX_LINE));
                }
                buffer = Arrays.copyOf(buffer, 2 * end);
            }
            int read = in.read(buffer, end, buffer.length - end);
            more = read >= 0;
            int from = end;
            end += Math.max(read, 0);
            digest.update(buffer, from, end - from);
            int start = 0;
            for (int i = from; i < end; i++) {
                if (buffer[i] == '\n') {
                    readLine(buffer, start, i - start);
                    start = i + 1;
                }
            }
            if (!more && start < end) {
                readLine(buffer, start, end - start);
            }
            System.arraycopy(buffer, start, buffer, 0, end - start);
            end -= start;
        }
    }

    private void readLine(byte[] bytes, int offset, int length) {
        line++;
        for (int i = offset; i < offset + length; i++) {
            if (bytes[i] > ' ' || bytes[i] < 0) {
                items.add(item(parse(bytes, offset, length)));
                return;
            }
        }
    }

    private JsonNode parse(byte[] bytes, int offset, int length) {
        JsonNode node;
        try (JsonParser parser = JSON.createParser(bytes, offset, length)) {
            node = JSON.readTree(parser);
            if (parser.nextToken() != null) {
                throw malformed("has something after the JSON object");
            }
        } catch (JsonProcessingException e) {
            throw new CorpusException(
                    "%s:%d: is not JSON: %s"
                            .formatted(manifest, line, Messages.excerpt(String.valueOf(e.getOriginalMessage()))),
                    e);
        } catch (IOException e) {
            throw new CorpusException("%s:%d: is not JSON: %s".formatted(manifest, line, e.getMessage()), e);
        }
        if (node == null || !node.isObject()) {
            throw malformed("is not a JSON object");
        }
        return node;
    }

    private Item item(JsonNode node) {
        String id = text(node, "id", "id");
        if (id == null || id.isBlank()) {
            throw malformed("has no id");
        }
        Integer earlier = lineOfId.putIfAbsent(id, line);
        if (earlier != null) {
            throw malformed("id '%s' is that of line %d; ids are unique".formatted(Messages.excerpt(id), earlier));
        }
        String group = text(node, "group", "group");
        String split = split(node, "split", Item.TRAIN);
        var views = new TreeMap<Modality, List<View>>();
        Map<String, Object> other = new LinkedHashMap<>();
        for (var field : node.properties()) {
            switch (field.getKey()) {
                case "id", "group", "split" -> {}
                default -> {
                    Modality modality = modalityOf(field.getKey(), field.getValue());
                    if (modality == null) {
                        other.put(field.getKey(), plain(field.getValue()));
                    } else if (!field.getValue().isEmpty()) {
                        views.put(modality, views(modality, field.getValue(), split));
                    }
                }
            }
        }
        return new Item(
                id, group == null ? id : group, split, Collections.unmodifiableSortedMap(views), keep(other), line);
    }

    /** The modality whose views a field holds; null for a field that is merely kept. */
    private @Nullable Modality modalityOf(String field, JsonNode value) {
        if (!MODALITY.matcher(field).matches()) {
            return null;
        }
        Modality modality = modalities.computeIfAbsent(field, Modality::new);
        boolean objects = value.isArray();
        for (JsonNode element : value) {
            objects &= element.isObject();
        }
        if (SHIPPED.contains(modality)) {
            if (!objects) {
                throw wrong(field, value, "an array of objects");
            }
            return modality;
        }
        return objects && !value.isEmpty() ? modality : null;
    }

    private List<View> views(Modality modality, JsonNode array, String itemSplit) {
        View[] views = new View[array.size()];
        for (int i = 0; i < views.length; i++) {
            views[i] = view(modality, array.get(i), modality + "[" + i + "].", itemSplit);
        }
        return List.of(views);
    }

    private View view(Modality modality, JsonNode node, String where, String itemSplit) {
        String path = text(node, "path", where + "path");
        String text = text(node, "text", where + "text");
        if (path == null && text == null) {
            throw malformed(where + "path is missing" + (modality.equals(Modality.TEXT) ? ", and so is text" : ""));
        }
        if (path != null && text != null) {
            throw malformed(where + "path and text are both given; expected one of them");
        }
        if (text != null && (modality.equals(Modality.IMAGE) || modality.equals(Modality.AUDIO))) {
            throw malformed("%stext is given; expected a path".formatted(where));
        }
        if (path != null) {
            checkPath(path, where + "path");
        }
        String lang = text(node, "lang", where + "lang");
        String source = text(node, "source", where + "source");
        String split = split(node, where + "split", itemSplit);
        JsonNode weight = node.path("weight");
        if (!weight.isMissingNode()
                && !(weight.isNumber() && weight.doubleValue() > 0 && Double.isFinite(weight.doubleValue()))) {
            throw wrong(where + "weight", weight, "a number above 0");
        }
        Map<String, Object> other = new LinkedHashMap<>();
        for (var field : node.properties()) {
            switch (field.getKey()) {
                case "path", "text", "lang", "source", "split", "weight" -> {}
                default -> other.put(field.getKey(), plain(field.getValue()));
            }
        }
        return new View(modality, path, text, name(lang), name(source), split, weight.asDouble(1), keep(other));
    }

    private void checkPath(String path, String where) {
        Path relative;
        try {
            relative = Path.of(path);
        } catch (InvalidPathException e) {
            throw malformed("%s '%s' is no path: %s".formatted(where, Messages.path(path), e.getReason()));
        }
        boolean inside = !path.isBlank() && relative.getRoot() == null;
        for (Path step : relative) {
            inside &= !step.toString().equals("..");
        }
        if (!inside) {
            throw malformed("%s '%s' is outside the corpus folder; expected a path relative to it, without '..'"
                    .formatted(where, Messages.path(path)));
        }
    }

    private String split(JsonNode node, String where, String otherwise) {
        String split = text(node, "split", where);
        if (split == null) {
            return otherwise;
        }
        if (!SPLIT.matcher(split).matches()) {
            throw malformed("%s is '%s'; expected %s".formatted(where, Messages.excerpt(split), SPLIT.pattern()));
        }
        return String.valueOf(name(split));
    }

    private @Nullable String text(JsonNode node, String field, String where) {
        JsonNode value = node.path(field);
        if (value.isMissingNode() || value.isNull()) {
            return null;
        }
        if (value.getNodeType() != JsonNodeType.STRING) {
            throw wrong(where, value, "text");
        }
        return value.textValue();
    }

    private @Nullable String name(@Nullable String name) {
        return name == null ? null : names.computeIfAbsent(name, n -> n);
    }

    private static Map<String, Object> keep(Map<String, Object> other) {
        return other.isEmpty() ? Map.of() : Collections.unmodifiableMap(other);
    }

    private static @Nullable Object plain(JsonNode value) {
        return JSON.convertValue(value, Object.class);
    }

    private CorpusException wrong(String where, JsonNode value, String expected) {
        return malformed("%s is %s; expected %s".formatted(where, Messages.excerpt(value.toString()), expected));
    }

    private CorpusException malformed(String problem) {
        return new CorpusException("%s:%d: %s".formatted(manifest, line, problem));
    }
}
