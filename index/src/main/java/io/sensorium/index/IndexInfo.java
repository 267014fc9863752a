package io.sensorium.index;

import io.sensorium.core.Modality;
import java.nio.file.Path;
import java.time.Instant;
import java.util.SortedMap;

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
        Instant created) {}
