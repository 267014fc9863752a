package io.sensorium.jepa;

import ai.djl.ndarray.NDArray;
import io.sensorium.nn.Kernels;

/**
 * The formulas, one method each, all differentiable and returning a scalar. Batches are rows: {@code x, y, z} are
 * [batch, dimension], {@code scores} is a [queries, targets] matrix of cosines whose diagonal holds the pairs.
 */
public final class Losses {
    private static final double VARIANCE_EPSILON = 1e-4;

    private Losses() {}

    /** Mean squared error over all elements. */
    public static NDArray mse(NDArray x, NDArray y) {
        return x.sub(y).square().mean();
    }

    /** Huber's loss with β = 1, as I-JEPA and V-JEPA compare tokens. */
    public static NDArray smoothL1(NDArray x, NDArray y) {
        NDArray d = x.sub(y).abs();
        NDArray quadratic = d.minimum(scalar(d, 1));
        return quadratic.square().mul(scalar(d, .5)).add(d.sub(quadratic)).mean();
    }

    /** LayerNorm without gain and bias over the last axis, which I-JEPA applies to its targets. */
    public static NDArray standardise(NDArray x) {
        int axis = x.getShape().dimension() - 1;
        NDArray centred = x.sub(x.mean(new int[] {axis}, true));
        NDArray variance = centred.square().mean(new int[] {axis}, true);
        return centred.div(variance.add(scalar(x, 1e-5)).sqrt());
    }

    /**
     * SIGReg (LeJEPA, arXiv 2511.08544): how far random one-dimensional shadows of z are from a standard Gaussian, by
     * their characteristic functions at 17 knots on [0, 3]. Multiplied by the batch size, as published: about 1.05 for a
     * Gaussian batch, 0.402 × batch in total collapse. Apply it before any normalisation of z.
     *
     * @param directions [dimension, slices], unit columns
     */
    public static NDArray sigreg(Kernels kernels, NDArray z, NDArray directions) {
        return kernels.call("sigreg", true, z, directions);
    }

    /** Random directions [dimension, slices], columns of length 1, from as many standard normal numbers. */
    public static NDArray directions(NDArray normal) {
        return normal.div(normal.square().sum(new int[] {0}, true).sqrt());
    }

    /** VICReg's variance term (arXiv 2105.04906): a hinge that holds each dimension's deviation at 1 or above. */
    public static NDArray variance(NDArray z) {
        NDArray centred = z.sub(z.mean(new int[] {0}, true));
        NDArray variance =
                centred.square().sum(new int[] {0}).div(scalar(z, z.getShape().get(0) - 1));
        NDArray deviation = variance.add(scalar(z, VARIANCE_EPSILON)).sqrt();
        return scalar(z, 1).sub(deviation).maximum(scalar(z, 0)).mean();
    }

    /** VICReg's covariance term: squared off-diagonal covariances, summed and divided by the dimension. */
    public static NDArray covariance(NDArray z) {
        long n = z.getShape().get(0);
        long d = z.getShape().get(1);
        NDArray centred = z.sub(z.mean(new int[] {0}, true));
        NDArray squared =
                centred.transpose().matMul(centred).div(scalar(z, n - 1)).square();
        NDArray off = squared.mul(z.getManager().eye((int) d).neg().add(1));
        return off.sum().div(scalar(z, d));
    }

    /** Cosines of all rows of x with all rows of y. */
    public static NDArray cosines(NDArray x, NDArray y) {
        return unit(x).matMul(unit(y).transpose());
    }

    /** Rows scaled to length 1; zero stays zero. */
    public static NDArray unit(NDArray x) {
        // under the root, whose slope at 0 is infinite
        return x.div(
                x.square().sum(new int[] {1}, true).maximum(scalar(x, 1e-16)).sqrt());
    }

    /** Symmetric InfoNCE (CLIP, arXiv 2103.00020): each row and each column must find its own pair. */
    public static NDArray infoNce(NDArray scores, double temperature) {
        NDArray logits = scores.div(scalar(scores, temperature));
        NDArray eye = eye(scores);
        long n = scores.getShape().get(0);
        NDArray rows = logits.logSoftmax(1).mul(eye).sum();
        NDArray columns = logits.logSoftmax(0).mul(eye).sum();
        return rows.add(columns).div(scalar(scores, -2.0 * n));
    }

    /** SigLIP's pairwise sigmoid loss (arXiv 2303.15343), summed over pairs and divided by the batch. */
    public static NDArray sigLip(NDArray scores, double scale, double bias) {
        NDArray signs = eye(scores).mul(2).sub(1);
        NDArray z = scores.mul(scalar(scores, scale)).add(scalar(scores, bias)).mul(signs);
        return softplus(z.neg()).sum().div(scalar(scores, scores.getShape().get(0)));
    }

    /** Hinge from each query to its negatives: {@code max(0, margin + s_ij − s_ii)}, mean over i ≠ j. */
    public static NDArray hinge(NDArray scores, double margin) {
        NDArray eye = eye(scores);
        long n = scores.getShape().get(0);
        NDArray positive = scores.mul(eye).sum(new int[] {1}, true);
        NDArray cost = scores.sub(positive)
                .add(scalar(scores, margin))
                .maximum(scalar(scores, 0))
                .mul(eye.neg().add(1));
        return cost.sum().div(scalar(scores, (double) n * (n - 1)));
    }

    private static NDArray eye(NDArray square) {
        return square.getManager().eye((int) square.getShape().get(0));
    }

    /** log(1 + eˣ) without overflow. */
    private static NDArray softplus(NDArray x) {
        return x.maximum(scalar(x, 0)).add(x.abs().neg().exp().add(scalar(x, 1)).log());
    }

    /**
     * A number as an array of x's manager. {@code x.mul(number)} would give the engine a temporary array over a direct
     * buffer of the JVM: autograd keeps it for the backward pass, a garbage collection in between frees the buffer, and
     * the gradient is scaled by whatever is there then.
     */
    static NDArray scalar(NDArray x, double value) {
        return x.getManager().create((float) value);
    }
}
