/** Training, checkpoints and loaded models with the real modalities, on slices of the sample corpus. */
package io.sensorium.training;
