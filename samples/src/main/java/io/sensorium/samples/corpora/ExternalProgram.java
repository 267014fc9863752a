package io.sensorium.samples.corpora;

import io.sensorium.core.ConfigException;
import io.sensorium.core.CorpusException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * A program of the operating system. It gets an argument list, never a line for a shell to interpret, and its standard
 * input from here.
 */
final class ExternalProgram {
    private static final int OUTPUT_KEPT = 1 << 20;
    private static final Duration LAST_WORDS = Duration.ofSeconds(2);

    private final String name;
    private final String toInstall;
    private final Duration limit;

    /** @param toInstall how a person gets it, for the message that it is absent */
    ExternalProgram(String name, String toInstall, Duration limit) {
        this.name = name;
        this.toInstall = toInstall;
        this.limit = limit;
    }

    /** Runs it where this program runs; otherwise as {@link #run(Path, List, String)}. */
    String run(List<String> arguments, String input) {
        return run(Path.of("").toAbsolutePath(), arguments, input);
    }

    /**
     * Runs it to its end and returns what it printed, on both streams.
     *
     * @param folder its working directory
     * @param arguments without the program's name
     * @param input for its standard input, UTF-8
     * @throws ConfigException if there is no such program
     * @throws CorpusException if it fails, with what it printed last, or doesn't end in time
     */
    String run(Path folder, List<String> arguments, String input) {
        Outcome outcome = outcome(folder, arguments, input);
        if (outcome.code != 0) {
            throw new CorpusException("'%s %s' failed with exit code %d: %s"
                    .formatted(name, String.join(" ", arguments), outcome.code, tail(outcome.output)));
        }
        return outcome.output;
    }

    /** What it prints about itself; flite's exit code for that is 1. */
    String says(String argument) {
        return outcome(Path.of("").toAbsolutePath(), List.of(argument), "").output;
    }

    private record Outcome(int code, String output) {}

    private Outcome outcome(Path folder, List<String> arguments, String input) {
        var command = new ArrayList<String>();
        command.add(name);
        command.addAll(arguments);
        Process process;
        try {
            process = new ProcessBuilder(command)
                    .directory(folder.toFile())
                    .redirectErrorStream(true)
                    .start();
        } catch (IOException e) {
            throw new ConfigException(
                    "the program '%s' can't be started (%s); install it with: %s"
                            .formatted(name, e.getMessage(), toInstall),
                    e);
        }
        var output = new ByteArrayOutputStream();
        Thread reading = Thread.ofVirtual().start(() -> keep(process, output));
        Thread.ofVirtual().start(() -> give(process, input));
        try {
            if (!process.waitFor(limit.toMillis(), TimeUnit.MILLISECONDS)) {
                throw new CorpusException(
                        "'%s' did not end within %,d s and was ended".formatted(name, limit.toSeconds()));
            }
            // what it started may keep its output open for longer than it lives
            reading.join(LAST_WORDS);
            return new Outcome(process.exitValue(), output.toString(StandardCharsets.UTF_8));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new CorpusException("interrupted while '%s' ran".formatted(name), e);
        } finally {
            end(process);
        }
    }

    /** Reads all of what it prints, so that it never waits for a reader, and keeps the first part. */
    private static void keep(Process process, ByteArrayOutputStream output) {
        try (InputStream out = process.getInputStream()) {
            byte[] buffer = new byte[1 << 13];
            for (int read = out.read(buffer); read >= 0; read = out.read(buffer)) {
                output.write(buffer, 0, Math.min(read, OUTPUT_KEPT - output.size()));
            }
        } catch (IOException e) {
            // it was ended; what it printed before is kept
        }
    }

    private static void give(Process process, String input) {
        try (OutputStream in = process.getOutputStream()) {
            in.write(input.getBytes(StandardCharsets.UTF_8));
        } catch (IOException e) {
            // it ended without reading all; its exit code tells whether that is bad
        }
    }

    /** With what it started, and its pipes. */
    private static void end(Process process) {
        if (process.isAlive()) {
            List<ProcessHandle> all = Stream.concat(process.descendants(), Stream.of(process.toHandle()))
                    .toList();
            all.forEach(ProcessHandle::destroyForcibly);
            for (ProcessHandle one : all) {
                // what still writes would be in the way of who tidies up
                one.onExit()
                        .completeOnTimeout(one, LAST_WORDS.toMillis(), TimeUnit.MILLISECONDS)
                        .join();
            }
        }
    }

    private static String tail(String output) {
        String all = output.strip();
        return all.isEmpty() ? "it printed nothing" : all.substring(Math.max(0, all.length() - 500));
    }
}
