package io.sensorium.jepa;

import ai.djl.ndarray.NDArray;
import io.sensorium.nn.Dense;
import io.sensorium.nn.Layout;
import io.sensorium.nn.Linear;
import io.sensorium.nn.Pass;
import java.util.ArrayList;
import java.util.List;

/** Predicts the latent of another modality; structure only, as {@link io.sensorium.nn.Encoder}. */
public final class Predictor {
    private final Layout layout = new Layout();
    private final List<Dense> hidden = new ArrayList<>();
    private final Linear out;

    public Predictor(PredictorConfig config, int latent) {
        int in = latent;
        for (int i = 0; i < config.depth(); i++) {
            hidden.add(new Dense(layout, "hidden." + i, in, config.hidden()));
            in = config.hidden();
        }
        out = new Linear(layout, "out", in, latent);
    }

    public Layout layout() {
        return layout;
    }

    /** @param latent [batch, latent] */
    public NDArray forward(Pass pass, NDArray latent) {
        NDArray x = latent;
        for (Dense layer : hidden) {
            x = layer.forward(pass, x);
        }
        return out.forward(pass, x);
    }
}
