package io.sensorium.index.jobs;

import io.sensorium.core.Input;
import io.sensorium.core.Prepared;
import io.sensorium.index.Metadata;

/** A view that is ready for the encoder. */
record Decoded(String id, Input input, Metadata metadata, Prepared prepared) {}
