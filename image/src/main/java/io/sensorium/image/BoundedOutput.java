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
    private static final double FINEST_DASH = 0.25;

    private final Deadline deadline;

    BoundedOutput(Graphics2D graphics, Deadline deadline) {
        super(graphics);
        this.deadline = deadline;
    }

    @Override
    public void fillShape(Shape shape) {
        deadline.check();
        super.fillShape(shape);
    }

    @Override
    public void drawShape(Shape shape) {
        deadline.check();
        super.drawShape(shape);
    }

    @Override
    public void drawImage(BufferedImage image) {
        deadline.check();
        super.drawImage(image);
    }

    @Override
    public void applyClip(Shape shape) {
        deadline.check();
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
        deadline.check();
        return new BoundedOutput((Graphics2D) graphics().create(), deadline);
    }
}
