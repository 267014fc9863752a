package io.sensorium.audio.decode;

/** Takes mono samples as they are decoded. */
@FunctionalInterface
public interface SampleSink {
    /**
     * @param samples mono, nominally in [-1, 1]; the array is reused after the call
     * @param count how many of them, from index 0
     */
    void accept(float[] samples, int count);
}
