package io.sensorium.image;

import com.github.weisj.jsvg.renderer.NullPlatformSupport;
import com.github.weisj.jsvg.renderer.PlatformSupport;
import java.awt.Image;
import java.awt.image.ImageObserver;
import java.awt.image.ImageProducer;
import org.jspecify.annotations.Nullable;

/**
 * The end of the time that one drawing may take. {@link BoundedOutput} looks at it with everything drawn on the canvas;
 * what masks, filters and isolated groups draw aside goes past the canvas, but not without asking the platform, which
 * this is, for something.
 */
final class Deadline implements PlatformSupport {
    private final int seconds;
    private final long nanos;

    Deadline(int seconds) {
        this.seconds = seconds;
        this.nanos = System.nanoTime() + seconds * 1_000_000_000L;
    }

    /** Unchecked, to pass through the renderer. */
    static final class Exceeded extends RuntimeException {
        private static final long serialVersionUID = 1L;

        Exceeded(int seconds) {
            super("takes more than %d s to render".formatted(seconds));
        }
    }

    void check() {
        if (System.nanoTime() - nanos > 0) {
            throw new Exceeded(seconds);
        }
    }

    @Override
    public @Nullable ImageObserver imageObserver() {
        check();
        return NullPlatformSupport.INSTANCE.imageObserver();
    }

    @Override
    public PlatformSupport.@Nullable TargetSurface targetSurface() {
        check();
        return NullPlatformSupport.INSTANCE.targetSurface();
    }

    @Override
    public Image createImage(ImageProducer producer) {
        check();
        return PlatformSupport.super.createImage(producer);
    }

    @Override
    public boolean isLongLived() {
        check();
        return PlatformSupport.super.isLongLived();
    }
}
