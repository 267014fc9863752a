package io.sensorium.samples.command;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.sensorium.bundle.Bundle;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** Says what a path holds. */
@Command(
        name = "inspect",
        mixinStandardHelpOptions = true,
        description = "Say what a bundle, an index, a corpus, a safetensors file or a media file holds.")
final class InspectCommand implements Callable<Integer> {
    @Parameters(paramLabel = "PATH", description = "A folder with " + Bundle.DESCRIPTION + ", an index, or a file.")
    @SuppressWarnings("NullAway.Init")
    private Path path;

    @Mixin
    private Output output = new Output();

    @Override
    public Integer call() {
        ObjectNode found = Inspection.of(path);
        if (output.json) {
            output.print(found);
        } else {
            output.printReadable(found);
        }
        return 0;
    }
}
