package io.sensorium.samples.command;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLGenerator;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import io.sensorium.core.ConfigException;
import io.sensorium.core.Messages;
import java.io.PrintWriter;
import java.nio.file.InvalidPathException;
import java.util.function.Supplier;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Where a command's results and messages go: the part of the command line that all commands have. */
@Command(versionProvider = SensoriumCommand.Version.class)
final class Output {
    static final ObjectMapper JSON =
            JsonMapper.builder().enable(SerializationFeature.INDENT_OUTPUT).build();

    private static final YAMLMapper YAML = YAMLMapper.builder()
            .disable(YAMLGenerator.Feature.WRITE_DOC_START_MARKER)
            .enable(YAMLGenerator.Feature.MINIMIZE_QUOTES)
            .build();

    @Option(names = "--json", description = "Print the result as JSON, for machines.")
    boolean json;

    @Spec(Spec.Target.MIXEE)
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private CommandSpec spec;

    /** Results. */
    PrintWriter out() {
        return spec.commandLine().getOut();
    }

    /** Progress and problems. */
    PrintWriter err() {
        return spec.commandLine().getErr();
    }

    void print(Object result) {
        try {
            out().println(JSON.writeValueAsString(result));
        } catch (JsonProcessingException e) {
            throw new IllegalStateException(e);
        }
    }

    /** On one line, after others. */
    void printLine(JsonNode result) {
        out().println(result);
    }

    /** A tree of facts, for people: YAML. */
    void printReadable(JsonNode facts) {
        try {
            out().print(YAML.writeValueAsString(facts));
            out().flush();
        } catch (JsonProcessingException e) {
            throw new IllegalStateException(e);
        }
    }

    /** What the command line itself got wrong is bad usage, not a run that failed. */
    <T> T usage(Supplier<T> option) {
        try {
            return option.get();
        } catch (ConfigException e) {
            throw usage(String.valueOf(e.getMessage()));
        } catch (InvalidPathException e) {
            throw usage("'%s' is no path: %s; if its letters aren't in the locale's encoding, set LC_ALL=C.UTF-8"
                    .formatted(Messages.path(e.getInput()), e.getReason()));
        }
    }

    ParameterException usage(String problem) {
        return new ParameterException(spec.commandLine(), problem);
    }
}
