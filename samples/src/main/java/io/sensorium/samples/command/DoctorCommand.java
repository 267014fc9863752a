package io.sensorium.samples.command;

import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** Says whether this machine can run it, and how well. */
@Command(
        name = "doctor",
        mixinStandardHelpOptions = true,
        description =
                "Look at the JDK, the locale, the native engine, devices, memory and modules, and say what is missing.")
final class DoctorCommand implements Callable<Integer> {
    @Mixin
    private Output output = new Output();

    @Override
    public Integer call() {
        List<Diagnosis> diagnoses = Diagnosis.all();
        if (output.json) {
            output.print(diagnoses);
        } else {
            diagnoses.forEach(d -> output.out()
                    .println(
                            "%-7s %-14s %s".formatted(d.state().name().toLowerCase(Locale.ROOT), d.what(), d.found())));
        }
        boolean broken = diagnoses.stream().anyMatch(d -> d.state() == Diagnosis.State.MISSING);
        return broken ? SensoriumCommand.COULD_NOT_RUN : 0;
    }
}
