package io.sensorium.samples.split;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.StreamSupport;

/** An item on its way into the joint manifest. */
final class Entry {
    final String corpus;
    /** As its own manifest has it: the item's id where that names none. */
    final String group;
    /** As it will be written: id and paths from the root, without splits. */
    final ObjectNode json;
    /** Content words of its captions. */
    final Set<String> words = new LinkedHashSet<>();
    /** What it has in common with items that go where it goes: captions in full, in the languages that count, files, a group. */
    final Set<String> copies = new LinkedHashSet<>();

    Split split = Split.NONE;

    Entry(String corpus, String group, ObjectNode json) {
        this.corpus = corpus;
        this.group = group;
        this.json = json;
    }

    /** What has to be on one side. */
    Set<String> keys() {
        var keys = new LinkedHashSet<>(words);
        keys.addAll(copies);
        return keys;
    }

    List<JsonNode> captions() {
        return StreamSupport.stream(json.path("text").spliterator(), false)
                .filter(view -> !Captions.isTag(view) && !Captions.isLeftOut(view))
                .toList();
    }

    String id() {
        return json.path("id").asText();
    }
}
