package io.sensorium.corpus;

import io.sensorium.core.Modality;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;

/**
 * One thing in the world with its views.
 *
 * @param id unique in the corpus
 * @param group what may not be split between train and test; the id unless given
 * @param split {@code train} unless given; a view may have another
 * @param views by modality; a modality that is present has at least one
 * @param other the manifest's further fields, as plain Java values
 * @param line where the manifest has it, from 1
 */
public record Item(
        String id,
        String group,
        String split,
        SortedMap<Modality, List<View>> views,
        Map<String, Object> other,
        int line) {
    /** The split of an item that names none. */
    public static final String TRAIN = "train";
    /** The split of what takes part in nothing: it would let something held out into training. */
    public static final String NONE = "none";

    /** The views of one modality, possibly none. */
    public List<View> views(Modality modality) {
        return views.getOrDefault(modality, List.of());
    }
}
