package io.sensorium.train;

import io.sensorium.nn.AdamW;

/** The optimizer's settings as functions of the step, from 0. */
record Schedule(TrainingConfig.Optimizer optimizer, int steps) {
    AdamW.Settings at(int step) {
        double progress = (double) step / Math.max(1, steps);
        return new AdamW.Settings(
                learningRate(step),
                cosine(optimizer.weightDecay(), optimizer.finalWeightDecay(), progress),
                optimizer.beta1(),
                optimizer.beta2(),
                optimizer.clip(),
                optimizer.ema() + (1 - optimizer.ema()) * progress);
    }

    private double learningRate(int step) {
        int warmup = Math.min(optimizer.warmup(), steps);
        if (step < warmup) {
            return optimizer.learningRate() * (step + 1) / warmup;
        }
        return cosine(
                optimizer.learningRate(),
                optimizer.finalLearningRate(),
                (double) (step - warmup) / Math.max(1, steps - warmup));
    }

    private static double cosine(double from, double to, double progress) {
        return to + (from - to) * (1 + Math.cos(Math.PI * progress)) / 2;
    }
}
