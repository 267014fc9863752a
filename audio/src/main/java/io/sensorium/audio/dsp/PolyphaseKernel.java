package io.sensorium.audio.dsp;

/** Turns a block of input samples to output samples, block after block. */
interface PolyphaseKernel {
    /** Samples by which the input moves on from one block to the next; the filter's taps lie behind them. */
    int inputs();

    /** @return how many output samples the block gives */
    int run(float[] samples);

    float[] output();
}
