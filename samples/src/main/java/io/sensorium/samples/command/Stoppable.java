package io.sensorium.samples.command;

import io.sensorium.train.RunFolder;
import io.sensorium.train.Trainer;
import java.nio.file.Path;
import java.util.concurrent.CountDownLatch;

/**
 * Runs a trainer so that Ctrl-C or SIGTERM ends it with a checkpoint: the JVM waits in a shutdown hook until the run has
 * written it. (To let it end in the middle of a native operation can crash it.)
 */
final class Stoppable {
    private Stoppable() {}

    static Trainer.Outcome run(Trainer trainer, TrainingConsole console, Path out) {
        var ended = new CountDownLatch(1);
        var hook = new Thread(
                () -> {
                    trainer.stop();
                    console.message("stopping after this step; the checkpoint is being written");
                    await(ended);
                },
                "sensorium-stop");
        Runtime.getRuntime().addShutdownHook(hook);
        try {
            Trainer.Outcome outcome = trainer.run();
            if (outcome.bundle() == null) {
                console.message("stopped after step %d; the same command with --resume goes on from %s"
                        .formatted(outcome.steps(), new RunFolder(out).checkpoint()));
            }
            return outcome;
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
