package io.sensorium.samples.command;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.Arrays;

/** Runs the command as a shell would and keeps what it printed. */
record Cli(int code, String out, String err) {
    private static final ObjectMapper MAPPER = new ObjectMapper();

    static Cli run(Object... arguments) {
        var out = new StringWriter();
        var err = new StringWriter();
        int code = SensoriumCommand.commandLine()
                .setOut(new PrintWriter(out))
                .setErr(new PrintWriter(err))
                .execute(Arrays.stream(arguments).map(String::valueOf).toArray(String[]::new));
        return new Cli(code, out.toString(), err.toString());
    }

    JsonNode json() throws JsonProcessingException {
        return MAPPER.readTree(out);
    }
}
