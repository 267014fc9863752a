package io.sensorium.samples.corpora;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.SplittableRandom;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** CMU Flite: English voices put together from recordings of people. */
final class Flite implements SpeechEngine {
    private static final Duration LIMIT = Duration.ofSeconds(30);
    private static final Pattern VERSION = Pattern.compile("version: flite-(\\S+)");
    /** The voices at 16 kHz that speak any text. */
    private static final List<String> SPEAKERS = List.of("slt", "rms", "awb", "kal16");

    private final ExternalProgram program;
    private final String version;
    private final List<String> speakers;

    /** @throws io.sensorium.core.ConfigException if it isn't installed */
    Flite() {
        this.program = new ExternalProgram("flite", "apt-get install flite", LIMIT);
        Matcher stated = VERSION.matcher(program.says("--version"));
        version = stated.find() ? stated.group(1) : "of unknown version";
        List<String> installed = List.of(program.says("-lv").strip().split("\\s+"));
        speakers = SPEAKERS.stream().filter(installed::contains).toList();
    }

    @Override
    public String name() {
        return "flite";
    }

    @Override
    public String version() {
        return version;
    }

    @Override
    public boolean speaks(String lang) {
        return LanguageTags.primary(lang).equals("en") && !speakers.isEmpty();
    }

    @Override
    public List<Voice> voices(String lang, int count, SplittableRandom random) {
        var shuffled = new ArrayList<>(speakers);
        Collections.shuffle(shuffled, Random.from(random));
        var voices = new ArrayList<Voice>();
        for (int i = 0; i < count; i++) {
            String speaker = shuffled.get(i % shuffled.size());
            String stretch = String.format(Locale.ROOT, "duration_stretch=%.2f", .9 + .3 * random.nextDouble());
            voices.add(new Voice(name() + "/" + speaker, List.of("-voice", speaker, "--setf", stretch)));
        }
        return voices;
    }

    @Override
    public void speak(String text, Voice voice, Path wav) {
        var arguments = new ArrayList<>(voice.arguments());
        arguments.addAll(List.of("-t", text, "-o", wav.toString()));
        program.run(arguments, "");
    }
}
