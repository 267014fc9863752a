package io.sensorium.samples.command;

import io.sensorium.train.RunFolder;
import io.sensorium.train.Trainer;
import java.nio.file.Path;
import java.util.concurrent.CountDownLatch;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * Runs long work so that Ctrl-C or SIGTERM ends it in good order: the JVM waits in a shutdown hook until the work has kept
 * what it has done. (To let it end in the middle of a native operation can crash it.)
 */
final class Stoppable {
    /** What goes on with a run of one training that was stopped. */
    static final String RESUME = "the same command with --resume";

    private Stoppable() {}

    /** @param again what goes on with a run that was stopped */
    static Trainer.Outcome run(Trainer trainer, TrainingConsole console, Path out, String again) {
        return run(trainer, console, out, again, outcome -> outcome);
    }

    /**
     * @param again what goes on with a run that was stopped
     * @param then what else has to be done before the JVM may go
     */
    static <T> T run(
            Trainer trainer, TrainingConsole console, Path out, String again, Function<Trainer.Outcome, T> then) {
        return run(
                () -> {
                    trainer.stop();
                    console.message("stopping after this step; the checkpoint is being written");
                },
                () -> {
                    Trainer.Outcome outcome = trainer.run();
                    if (outcome.bundle() == null) {
                        console.message("stopped after step %d; %s goes on from %s"
                                .formatted(outcome.steps(), again, new RunFolder(out).checkpoint()));
                    }
                    return then.apply(outcome);
                });
    }

    /**
     * @param stop asks the work to end soon; called on another thread
     * @param work everything that has to be done before the JVM may go
     */
    static <T> T run(Runnable stop, Supplier<T> work) {
        var ended = new CountDownLatch(1);
        var hook = new Thread(
                () -> {
                    stop.run();
                    await(ended);
                },
                "sensorium-stop");
        Runtime.getRuntime().addShutdownHook(hook);
        try {
            return work.get();
        } finally {
            ended.countDown();
            remove(hook);
        }
    }

    private static void await(CountDownLatch ended) {
        try {
            ended.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static void remove(Thread hook) {
        try {
            Runtime.getRuntime().removeShutdownHook(hook);
        } catch (IllegalStateException e) {
            // the JVM is shutting down and the hook has run
        }
    }
}
