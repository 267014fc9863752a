package io.sensorium.samples.corpora;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.sensorium.core.Image;
import io.sensorium.core.MediaException;
import io.sensorium.core.Modality;
import io.sensorium.spi.Modalities;
import io.sensorium.spi.Preprocessor;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;

/** Where a corpus is made: its folder, what was seen so far, and who wants to know. */
final class Workspace {
    private final CorpusFolder folder;
    private final BuildListener listener;
    private final Preprocessor pictures = Objects.requireNonNull(
                    Modalities.installed().get(Modality.IMAGE))
            .preprocessor(JsonNodeFactory.instance.objectNode(), null);
    private final Set<String> contents = new HashSet<>();
    private final List<String> skipped = new ArrayList<>();
    private int duplicates;

    Workspace(CorpusFolder folder, BuildListener listener) {
        this.folder = folder;
        this.listener = listener;
    }

    CorpusFolder folder() {
        return folder;
    }

    BuildListener listener() {
        return listener;
    }

    /** Whether it can be decoded; one that can't is skipped, with the reason. */
    boolean isPicture(String name, byte[] content) {
        try {
            pictures.decode(Image.of(content, name));
            return true;
        } catch (MediaException e) {
            skip(String.valueOf(e.getMessage()));
            return false;
        }
    }

    /** Whether no view so far has these bytes; counts those that aren't new. */
    boolean isNew(String digest) {
        boolean added = contents.add(digest);
        duplicates += added ? 0 : 1;
        return added;
    }

    int duplicates() {
        return duplicates;
    }

    /** Something is left out, and why. */
    void skip(String what) {
        skipped.add(what);
    }

    List<String> skipped() {
        return List.copyOf(skipped);
    }
}
