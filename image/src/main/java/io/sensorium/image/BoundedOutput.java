package io.sensorium.image;

import com.github.weisj.jsvg.renderer.output.Output;
import com.github.weisj.jsvg.renderer.output.impl.Graphics2DOutput;
import java.awt.BasicStroke;
import java.awt.Graphics2D;
import java.awt.Shape;
import java.awt.Stroke;
import java.awt.geom.FlatteningPathIterator;
import java.awt.geom.PathIterator;
import java.awt.image.BufferedImage;

/** A canvas that stops the renderer when time is up, and that draws no dashes too fine or too many to be seen. */
final class BoundedOutput extends Graphics2DOutput {
    private static final double FINEST_DASH = 0.25;
    private static final int MOST_PERIODS = 100_000;

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
        Stroke stroke = graphics().getStroke();
        if (stroke instanceof BasicStroke dashed
                && dashed.getDashArray() != null
                && length(shape) / period(dashed) > MOST_PERIODS) {
            graphics().setStroke(solid(dashed));
            super.drawShape(shape);
            graphics().setStroke(stroke);
        } else {
            super.drawShape(shape);
        }
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
        if (stroke.getDashArray() == null) {
            return stroke;
        }
        double pixels = period(stroke) * Math.sqrt(Math.abs(transform().getDeterminant()));
        return pixels >= FINEST_DASH ? stroke : solid(stroke);
    }

    private static double period(BasicStroke stroke) {
        double period = 0;
        for (float dash : stroke.getDashArray()) {
            period += dash;
        }
        return period;
    }

    private static Stroke solid(BasicStroke stroke) {
        return new BasicStroke(stroke.getLineWidth(), stroke.getEndCap(), stroke.getLineJoin(), stroke.getMiterLimit());
    }

    /** Of the outline, curves taken for their chords. */
    private static double length(Shape shape) {
        double length = 0;
        double[] to = new double[6];
        double x = 0;
        double y = 0;
        double startX = 0;
        double startY = 0;
        // a curve is longer than few chords tell by a small factor at most
        for (var path = new FlatteningPathIterator(shape.getPathIterator(null), 1, 4); !path.isDone(); path.next()) {
            int kind = path.currentSegment(to);
            if (kind == PathIterator.SEG_CLOSE) {
                to[0] = startX;
                to[1] = startY;
            }
            if (kind == PathIterator.SEG_MOVETO) {
                startX = to[0];
                startY = to[1];
            } else {
                length += Math.hypot(to[0] - x, to[1] - y);
            }
            x = to[0];
            y = to[1];
        }
        return length;
    }

    @Override
    public Output createChild() {
        deadline.check();
        return new BoundedOutput((Graphics2D) graphics().create(), deadline);
    }
}
