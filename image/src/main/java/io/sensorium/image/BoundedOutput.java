package io.sensorium.image;

import com.github.weisj.jsvg.renderer.output.Output;
import com.github.weisj.jsvg.renderer.output.impl.Graphics2DOutput;
import java.awt.BasicStroke;
import java.awt.Graphics2D;
import java.awt.Shape;
import java.awt.Stroke;
import java.awt.image.BufferedImage;

/** A canvas that stops the renderer when time is up, and that draws no dashes too fine to be seen. */
final class BoundedOutput extends Graphics2DOutput {
    private static final long MAX_NANOS = 10_000_000_000L;
    private static final double FINEST_DASH = 0.25;

    private final long deadline;

    BoundedOutput(Graphics2D graphics) {
        this(graphics, System.nanoTime() + MAX_NANOS);
    }

    private BoundedOutput(Graphics2D graphics, long deadline) {
        super(graphics);
        this.deadline = deadline;
    }

    /** Unchecked, to pass through the renderer. */
    static final class Exceeded extends RuntimeException {
        private static final long serialVersionUID = 1L;

        Exceeded(String message) {
            super(message);
        }
    }

    private void check() {
        if (System.nanoTime() - deadline > 0) {
            throw new Exceeded("takes more than %d s to render".formatted(MAX_NANOS / 1_000_000_000));
        }
    }

    @Override
    public void fillShape(Shape shape) {
        check();
        super.fillShape(shape);
    }

    @Override
    public void drawShape(Shape shape) {
        check();
        super.drawShape(shape);
    }

    @Override
    public void drawImage(BufferedImage image) {
        check();
        super.drawImage(image);
    }

    @Override
    public void applyClip(Shape shape) {
        check();
        super.applyClip(shape);
    }

    @Override
    public void setStroke(Stroke stroke) {
        super.setStroke(stroke instanceof BasicStroke basic ? coarse(basic) : stroke);
    }

    // a dash of a millionth of a pixel makes Java 2D cut a line into billions of pieces, in one uninterruptible call
    private Stroke coarse(BasicStroke stroke) {
        float[] dashes = stroke.getDashArray();
        if (dashes == null) {
            return stroke;
        }
        double period = 0;
        for (float dash : dashes) {
            period += dash;
        }
        double pixels = period * Math.sqrt(Math.abs(transform().getDeterminant()));
        return pixels >= FINEST_DASH
                ? stroke
                : new BasicStroke(
                        stroke.getLineWidth(), stroke.getEndCap(), stroke.getLineJoin(), stroke.getMiterLimit());
    }

    @Override
    public Output createChild() {
        check();
        return new BoundedOutput((Graphics2D) graphics().create(), deadline);
    }
}
