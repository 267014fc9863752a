package io.sensorium.samples.corpora;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** An item on its way to the manifest. */
final class CorpusItem {
    /** Of a name or caption it is 1. */
    private static final double TAGS_WEIGHT = 0.25;

    private final String id;
    private final Map<String, Object> fields = new LinkedHashMap<>();
    private final Map<String, List<Map<String, Object>>> views = new LinkedHashMap<>();

    CorpusItem(String id) {
        this.id = id;
        fields.put("id", id);
        fields.put("group", id);
    }

    String id() {
        return id;
    }

    /** A field of the item itself. */
    CorpusItem with(String field, Object value) {
        fields.put(field, value);
        return this;
    }

    void image(String path, String source, Credit credit) {
        add("image", "path", path, null, source, Map.of(), credit);
    }

    /** @param more further fields, in order */
    void audio(String path, @Nullable String lang, String source, Map<String, String> more, Credit credit) {
        add("audio", "path", path, lang, source, more, credit);
    }

    void text(String text, String lang, String source, Credit credit) {
        add("text", "text", text, lang, source, Map.of(), credit);
    }

    /** Keywords, drawn more seldom than a name: nobody says or searches for them all. */
    void tags(List<String> tags, String lang, Credit credit) {
        add("text", "text", String.join(", ", tags), lang, "tags", Map.of("weight", TAGS_WEIGHT), credit);
    }

    private void add(
            String modality,
            String kind,
            String content,
            @Nullable String lang,
            String source,
            Map<String, ?> more,
            Credit credit) {
        var view = new LinkedHashMap<String, Object>();
        view.put(kind, content);
        if (lang != null) {
            view.put("lang", lang);
        }
        view.put("source", source);
        view.putAll(more);
        view.put("licence", credit.licence());
        view.put("origin", credit.origin());
        views.computeIfAbsent(modality, m -> new ArrayList<>()).add(view);
    }

    /** Modalities that it has a view in. */
    int modalities() {
        return views.size();
    }

    int views(String modality) {
        return views.getOrDefault(modality, List.of()).size();
    }

    /** As a line of the manifest says it. */
    Map<String, Object> toJson() {
        var json = new LinkedHashMap<>(fields);
        for (String modality : List.of("image", "audio", "text")) {
            if (views.containsKey(modality)) {
                json.put(modality, views.get(modality));
            }
        }
        return json;
    }
}
