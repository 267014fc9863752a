package io.sensorium.index.jobs;

import io.sensorium.core.Embedding;
import io.sensorium.core.Prepared;

/** A view that is ready for the encoder. */
record Decoded(Loaded loaded, Prepared prepared) {
    Result.Latent with(Embedding latent) {
        return loaded.with(latent);
    }
}
