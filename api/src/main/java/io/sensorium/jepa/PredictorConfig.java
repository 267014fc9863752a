package io.sensorium.jepa;

import io.sensorium.core.ConfigException;

/**
 * The network that predicts a latent of one modality from another's: {@code depth} times Linear → BatchNorm → GELU, then
 * a linear layer.
 *
 * @param depth hidden layers, 1..16
 * @param hidden their size
 */
public record PredictorConfig(int depth, int hidden) {
    public PredictorConfig {
        if (depth < 1 || depth > 16 || hidden < 1 || hidden > 65536) {
            throw new ConfigException(
                    "predictor has depth %d and hidden %d; expected 1..16 and 1..65536".formatted(depth, hidden));
        }
    }
}
