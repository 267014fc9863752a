package io.sensorium.image;

import com.github.weisj.jsvg.renderer.NullPlatformSupport;
import com.github.weisj.jsvg.renderer.PlatformSupport;
import java.awt.Image;
import java.awt.image.ImageObserver;
import java.awt.image.ImageProducer;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import org.jspecify.annotations.Nullable;

/**
 * The end of the processor's time that one drawing may take of the thread that asks; not of the clock's, by which a busy
 * machine would refuse what an idle one takes. {@link BoundedOutput} looks at it with everything drawn on the canvas;
 * what masks, filters and isolated groups draw aside goes past the canvas, but not without asking the platform, which
 * this is, for something.
 */
final class Deadline implements PlatformSupport {
    private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();

    private final int seconds;
    private final long end;
    /** By the clock, which is quick to ask: when the end may be reached at the earliest. */
    private long look;

    Deadline(int seconds) {
        this.seconds = seconds;
        this.end = spent() + seconds * 1_000_000_000L;
        this.look = System.nanoTime() + seconds * 1_000_000_000L;
    }

    /** Unchecked, to pass through the renderer. */
    static final class Exceeded extends RuntimeException {
        private static final long serialVersionUID = 1L;

        Exceeded(int seconds) {
            super("takes more than %d s to render".formatted(seconds));
        }
    }

    private static long spent() {
        return THREADS.isCurrentThreadCpuTimeSupported() ? THREADS.getCurrentThreadCpuTime() : System.nanoTime();
    }

    void check() {
        if (System.nanoTime() - look > 0) {
            long left = end - spent();
            if (left < 0) {
                throw new Exceeded(seconds);
            }
            look = System.nanoTime() + left;
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
