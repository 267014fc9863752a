package io.sensorium.index;

import io.sensorium.core.Modality;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.SortedMap;
import java.util.TreeMap;
import org.apache.lucene.index.IndexReader;
import org.apache.lucene.search.IndexSearcher;
import org.apache.lucene.search.TermQuery;

/**
 * What an index is and holds, for an operator's eyes.
 *
 * @param fingerprint of the model that made the vectors
 * @param dimension length of every vector
 * @param views number of searchable views by modality, every segment counted; modalities without one are left out
 * @param deleted replaced or deleted views whose space a later merge will reclaim
 * @param segments parts that every search visits; merged by themselves in the background
 * @param config how it was made
 * @param beams the most candidates in sight of a search in a modality whose {@linkplain Query#beam query} names none
 * @param bytes size of the folder's files
 * @param schema version of the layout
 */
public record IndexInfo(
        Path folder,
        String fingerprint,
        int dimension,
        SortedMap<Modality, Long> views,
        long deleted,
        int segments,
        IndexConfig config,
        SortedMap<Modality, Integer> beams,
        long bytes,
        int schema,
        Instant created) {
    static IndexInfo of(Store store, IndexSearcher searcher) throws IOException {
        IndexReader reader = searcher.getIndexReader();
        Stamp stamp = store.stamp();
        var views = new TreeMap<Modality, Long>();
        var beams = new TreeMap<Modality, Integer>();
        for (Modality modality : Views.modalities(reader)) {
            long count = searcher.count(new TermQuery(Documents.ofModality(modality)));
            if (count > 0) {
                views.put(modality, count);
                beams.put(modality, stamp.config().beam(Views.largestGraph(reader, modality)));
            }
        }
        return new IndexInfo(
                store.folder(),
                stamp.fingerprint(),
                stamp.dimension(),
                views,
                reader.numDeletedDocs(),
                reader.leaves().size(),
                stamp.config(),
                beams,
                store.bytes(),
                stamp.schema(),
                stamp.created());
    }
}
