package io.sensorium.samples.command;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.sensorium.samples.Main;
import io.sensorium.samples.TinyCorpus;
import java.io.BufferedReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

@DisabledOnOs(value = OS.WINDOWS, disabledReason = "has no SIGTERM")
class StoppingTest {
    @TempDir
    Path folder;

    @Test
    void a_run_that_is_terminated_leaves_a_result_and_a_checkpoint_from_which_it_goes_on() throws Exception {
        Path corpus = TinyCorpus.in(Files.createDirectory(folder.resolve("corpus")));
        List<String> command = List.of(
                "train",
                "--corpus",
                corpus.toString(),
                "--out",
                folder.resolve("model").toString(),
                "--set",
                "steps=30",
                "--set",
                "batch=4",
                "--set",
                "logEvery=1",
                "--set",
                "checkpointEvery=0",
                "--set",
                "compute=fp32",
                "--json");

        assertThat(terminated(command)).anyMatch(line -> line.startsWith("stopped after step "));
        JsonNode result = new ObjectMapper().readTree(folder.resolve("out.txt").toFile());
        assertThat(result.path("finished").asBoolean(true)).isFalse();
        assertThat(result.path("steps").asInt()).isBetween(2, 29);
        assertThat(folder.resolve("model.training/report.html")).exists();
        assertThat(folder.resolve("model")).doesNotExist();
        assertThat(folder.resolve("model.training/checkpoint/sensorium.json")).exists();

        Cli resumed =
                Cli.run(Stream.concat(command.stream(), Stream.of("--resume")).toArray());
        assertThat(resumed.code()).as(resumed.err()).isZero();
        assertThat(resumed.err()).doesNotContain("step 2/30").contains("step 30/30");
        assertThat(folder.resolve("model/sensorium.json")).exists();
    }

    @Test
    void a_benchmark_that_is_terminated_goes_on_where_it_was() throws Exception {
        Path corpora = TinyCorpus.in(Files.createDirectory(folder.resolve("corpora")));
        Path plan = Files.writeString(folder.resolve("plan.yaml"), """
                experiments:
                  tiny:
                    corpus: manifest.jsonl
                    evaluate: {unseen: {corpus: manifest.jsonl, filter: "test,lang=en"}}
                    config:
                      {steps: 30, batch: 4, logEvery: 1, checkpointEvery: 0, compute: fp32, modalities: {audio: {}, text: {}}}
                    variants:
                      - {objective: jepa, seeds: [1]}
                """);
        Path out = folder.resolve("out");
        List<String> command = Stream.of("benchmark", "--plan", plan, "--corpora", corpora, "--out", out)
                .map(String::valueOf)
                .toList();

        assertThat(terminated(command))
                .anyMatch(
                        line -> line.startsWith("stopped after step ") && line.contains("; the same command goes on"));
        assertThat(out.resolve("tiny.jepa.1")).doesNotExist();
        assertThat(out.resolve("tiny.jepa.1.json")).doesNotExist();

        Cli again = Cli.run(command.toArray());
        assertThat(again.code()).as(again.err()).isZero();
        assertThat(again.err()).doesNotContain("step 2/30").contains("step 30/30");
        assertThat(out.resolve("tiny.jepa.1.json")).exists();
    }

    /** What a command said that got a SIGTERM after its second step. */
    private List<String> terminated(List<String> command) throws Exception {
        Process child = start(command);
        var told = new ArrayList<String>();
        try (BufferedReader err = child.errorReader()) {
            String line = err.readLine();
            for (; line != null && !line.startsWith("step 2/"); line = err.readLine()) {
                told.add(line);
            }
            // Process.destroy would close the stream that the last words come on
            child.toHandle().destroy();
            for (; line != null; line = err.readLine()) {
                told.add(line);
            }
        }
        assertThat(child.waitFor(60, SECONDS)).isTrue();
        assertThat(child.exitValue()).as(told.toString()).isEqualTo(128 + 15);
        return told;
    }

    private Process start(List<String> command) throws Exception {
        var all = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "--enable-native-access=ALL-UNNAMED",
                "--add-modules=jdk.incubator.vector",
                "-Dai.djl.offline=true",
                "-Dai.djl.pytorch.num_threads=1",
                "-cp",
                System.getProperty("java.class.path"),
                Main.class.getName()));
        all.addAll(command);
        return new ProcessBuilder(all)
                .redirectOutput(folder.resolve("out.txt").toFile())
                .start();
    }
}
