package io.sensorium.samples.split;

import com.fasterxml.jackson.databind.MappingIterator;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.ObjectReader;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.sensorium.core.CorpusException;
import io.sensorium.corpus.Corpus;
import java.io.IOException;
import java.util.List;

/** A manifest's items as they are written, with all fields. */
final class ManifestLines {
    private static final ObjectReader ITEMS = new ObjectMapper().readerFor(ObjectNode.class);

    private ManifestLines() {}

    /**
     * In the order of {@link Corpus#items()}.
     *
     * @throws CorpusException if the manifest is no longer what it was when the corpus was loaded
     */
    static List<ObjectNode> of(Corpus corpus) {
        List<ObjectNode> lines;
        try (MappingIterator<ObjectNode> items =
                ITEMS.readValues(corpus.manifest().toFile())) {
            lines = items.readAll();
        } catch (IOException e) {
            throw new CorpusException("%s: can't be read again: %s".formatted(corpus.manifest(), e.getMessage()), e);
        }
        if (lines.size() != corpus.items().size()) {
            throw new CorpusException("%s: changed while it was read".formatted(corpus.manifest()));
        }
        return lines;
    }
}
