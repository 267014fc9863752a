package io.sensorium.index;

import java.util.Locale;

/**
 * Which of an item's views in one modality.
 *
 * @param number from 1, in the order they were written
 * @param start where it begins in the recording, in seconds; NaN if it is no stretch of one
 * @param end where it ends, in seconds; NaN if it is no stretch of a recording
 */
public record Segment(int number, double start, double end) {
    /** The only view, all of it. */
    public static final Segment WHOLE = new Segment(1, Double.NaN, Double.NaN);

    /** Like {@code #3} or {@code #3 [20.0–30.0 s]}. */
    @Override
    public String toString() {
        return Double.isNaN(start) ? "#" + number : String.format(Locale.ROOT, "#%d [%.1f–%.1f s]", number, start, end);
    }
}
