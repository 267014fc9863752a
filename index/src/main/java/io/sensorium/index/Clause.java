package io.sensorium.index;

import io.sensorium.core.Embedding;
import io.sensorium.core.Input;
import io.sensorium.core.Messages;

/** One of the things that a query wants, or does not want, hits to be like. */
sealed interface Clause {
    /** Below 0: unlike. */
    double weight();

    record OfInput(Input input, double weight) implements Clause {
        @Override
        public String toString() {
            return weight + " × " + input.label();
        }
    }

    record OfLatent(Embedding latent, double weight) implements Clause {
        @Override
        public String toString() {
            return weight + " × " + latent;
        }
    }

    /** An item of the index, by its views in all modalities. */
    record OfItem(String id, double weight) implements Clause {
        @Override
        public String toString() {
            return weight + " × item " + Messages.excerpt(id);
        }
    }
}
