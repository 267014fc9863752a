package io.sensorium.samples.corpora;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** eSpeak NG: a formant synthesiser of 131 languages, each in fourteen timbres. */
final class EspeakNg implements SpeechEngine {
    private static final Duration LIMIT = Duration.ofSeconds(30);
    private static final Pattern VERSION = Pattern.compile("text-to-speech: (\\S+)");
    private static final Pattern OTHER_LANGUAGE = Pattern.compile("\\((\\S+) \\d+\\)");
    private static final List<String> ENGLISH = List.of("en-us", "en-gb", "en-gb-scotland", "en-gb-x-rp");
    private static final List<String> TIMBRES =
            List.of("", "+f1", "+f2", "+f3", "+f4", "+f5", "+m1", "+m2", "+m3", "+m4", "+m5", "+m6", "+m7", "+m8");

    private final ExternalProgram program;
    private final String version;
    private final Set<String> languages = new LinkedHashSet<>();

    /** @throws io.sensorium.core.ConfigException if it isn't installed */
    EspeakNg() {
        this(new ExternalProgram("espeak-ng", "apt-get install espeak-ng", LIMIT));
    }

    EspeakNg(ExternalProgram program) {
        this.program = program;
        Matcher stated = VERSION.matcher(program.says("--version"));
        version = stated.find() ? stated.group(1) : "of unknown version";
        program.says("--voices").lines().skip(1).forEach(line -> {
            String[] columns = line.strip().split("\\s+");
            if (columns.length > 1) {
                languages.add(columns[1].toLowerCase(Locale.ROOT));
            }
            OTHER_LANGUAGE.matcher(line).results().forEach(other -> languages.add(other.group(1)));
        });
    }

    @Override
    public String name() {
        return "espeak-ng";
    }

    @Override
    public String version() {
        return version;
    }

    @Override
    public boolean speaks(String lang) {
        return languages.contains(lang.toLowerCase(Locale.ROOT)) || languages.contains(LanguageTags.primary(lang));
    }

    @Override
    public List<Voice> voices(String lang, int count, SplittableRandom random) {
        var timbres = new ArrayList<>(TIMBRES);
        Collections.shuffle(timbres, Random.from(random));
        var voices = new ArrayList<Voice>();
        for (int i = 0; i < count; i++) {
            String voice = accent(lang, random) + timbres.get(i % timbres.size());
            voices.add(new Voice(
                    name() + "/" + voice,
                    List.of(
                            "-v", voice,
                            "-s", String.valueOf(random.nextInt(130, 191)),
                            "-p", String.valueOf(random.nextInt(30, 71)))));
        }
        return voices;
    }

    private String accent(String lang, SplittableRandom random) {
        if (lang.equals("en")) {
            List<String> accents = ENGLISH.stream().filter(languages::contains).toList();
            return accents.isEmpty() ? lang : accents.get(random.nextInt(accents.size()));
        }
        String tag = lang.toLowerCase(Locale.ROOT);
        return languages.contains(tag) ? tag : LanguageTags.primary(lang);
    }

    @Override
    public void speak(String text, Voice voice, Path wav) {
        var arguments = new ArrayList<>(voice.arguments());
        arguments.addAll(List.of("-w", wav.toString(), "--stdin"));
        // it takes [[…]] for phonemes
        program.run(arguments, text.replaceAll("\\[(?=\\[)", "[ ") + "\n");
    }
}
