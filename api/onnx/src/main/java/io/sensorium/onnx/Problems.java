package io.sensorium.onnx;

import ai.onnxruntime.OrtException;
import io.sensorium.core.ConfigException;
import io.sensorium.core.EngineException;
import io.sensorium.core.Messages;
import io.sensorium.core.SensoriumException;
import java.nio.file.Path;
import java.util.Locale;
import java.util.regex.Pattern;

/** What went wrong in ONNX Runtime, in our own words. */
final class Problems {
    /** As in {@code /onnxruntime_src/some/file.cc:12 onnxruntime::Some::Function(int) const its == condition was false. }. */
    private static final Pattern PLACE = Pattern.compile(
            "^\\S+\\.(?:h|cc|cpp|cu):\\d+ (?:.* was false\\. (?=\\S)|[^()]*\\([^()]*\\)(?: const)? (?=\\S))?",
            Pattern.DOTALL);

    private Problems() {}

    static SensoriumException opening(Path file, OrtException e) {
        if (isMemory(e)) {
            return memory(file, e);
        }
        return new ConfigException("%s is not an ONNX file that can be opened: %s".formatted(file, what(e)), e);
    }

    /** Whether it is the input or the configuration that is wrong, what other inputs gave tells; not here. */
    static SensoriumException running(Signature signature, String label, OrtException e) {
        if (isMemory(e)) {
            return memory(signature.file(), e);
        }
        return new ConfigException(
                "%s doesn't take what preprocessing makes of %s: %s".formatted(signature.file(), label, what(e)), e);
    }

    /** The end of the runtime's message, which begins with codes, the node's name and a place in its source. */
    static String what(Throwable e) {
        String message = String.valueOf(e.getMessage());
        for (String before : new String[] {"Status Message: ", "message: ", "Exception during initialization: "}) {
            int at = message.lastIndexOf(before);
            message = at < 0 ? message : message.substring(at + before.length());
        }
        return Messages.excerpt(PLACE.matcher(message).replaceFirst("").strip());
    }

    static boolean isMemory(OrtException e) {
        String said = said(e);
        return said.contains("alloc") || said.contains("out of memory");
    }

    private static String said(OrtException e) {
        return String.valueOf(e.getMessage()).toLowerCase(Locale.ROOT);
    }

    static SensoriumException memory(Path file, Throwable e) {
        return new EngineException("%s wants more memory than there is: %s".formatted(file, what(e)), e);
    }
}
