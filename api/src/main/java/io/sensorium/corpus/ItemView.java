package io.sensorium.corpus;

/** A view and the item it shows: one query, one gallery entry, one input of a job. */
public record ItemView(Item item, View view) {}
