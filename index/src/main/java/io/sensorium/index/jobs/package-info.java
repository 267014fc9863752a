/**
 * Embedding jobs: any number of files and texts into an index, for as long as it takes, and again when the model changes.
 *
 * <p>Begin with {@link io.sensorium.index.jobs.EmbeddingJob}: its page says what is durable when, what a failure leaves
 * behind and how a job is stopped. {@link io.sensorium.index.jobs.JobItem} is what it is given,
 * {@link io.sensorium.index.jobs.Outcome} what it tells of each, {@link io.sensorium.index.jobs.JobReport} what it tells in
 * the end.
 *
 * <p><b>Cost.</b> Reading, hashing and decoding take all cores, one thread of the job encodes and one writes; a stage that
 * is slower than the others holds them back, so that at most {@link io.sensorium.index.jobs.JobOptions#memory} bytes of
 * decoded inputs wait. The report says how long each stage was busy.
 */
@NullMarked
package io.sensorium.index.jobs;

import org.jspecify.annotations.NullMarked;
