package io.sensorium.train;

import io.sensorium.core.Modality;
import io.sensorium.spi.Features;
import java.util.List;
import java.util.Map;

/**
 * The features of one forward pass.
 *
 * @param parts by modality, those with at least two rows
 */
record TrainingBatch(Map<Modality, Part> parts) {
    /**
     * One modality's rows.
     *
     * @param items for each row the item of the batch it belongs to, ascending
     */
    record Part(List<Features> features, int[] items) {}
}
