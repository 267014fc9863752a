package io.sensorium.samples.command;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Takes another library's network, for a configuration's {@code backbone} field. */
@Command(
        name = "import",
        mixinStandardHelpOptions = true,
        description = {
            "Take an ONNX encoder and its tokenizer.json out of a jar, a zip or a folder, check them and say what the"
                    + " network takes and gives.",
            "They become OUT/model.onnx and OUT/tokenizer.json, which a training configuration names in"
                    + " preprocessing.backbone.file and preprocessing.tokenizer, relative to data.files."
        })
final class ImportCommand implements Callable<Integer> {
    @Parameters(paramLabel = "SOURCE", description = "A jar or zip with one ONNX file, a folder with one, or the file.")
    @SuppressWarnings("NullAway.Init")
    private Path source;

    @Option(
            names = "--out",
            required = true,
            paramLabel = "DIR",
            description = "Folder for the files; those of an earlier import are replaced.")
    @SuppressWarnings("NullAway.Init")
    private Path out;

    @Mixin
    private Output output = new Output();

    @Override
    public Integer call() {
        ObjectNode imported = NetworkImport.run(source, out);
        if (output.json) {
            output.print(imported);
        } else {
            output.printReadable(imported);
        }
        return 0;
    }
}
