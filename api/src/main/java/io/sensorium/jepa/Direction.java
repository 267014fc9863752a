package io.sensorium.jepa;

import io.sensorium.core.Modality;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;

/** An ordered pair of different modalities: a prediction goes from one to the other. */
public record Direction(Modality from, Modality to) {
    public Direction reversed() {
        return new Direction(to, from);
    }

    /** All ordered pairs, in the order of the modalities. */
    public static List<Direction> all(Collection<Modality> modalities) {
        var directions = new ArrayList<Direction>();
        for (Modality from : modalities) {
            for (Modality to : modalities) {
                if (!from.equals(to)) {
                    directions.add(new Direction(from, to));
                }
            }
        }
        return directions;
    }

    @Override
    public String toString() {
        return from + "→" + to;
    }
}
