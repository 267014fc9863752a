package io.sensorium.samples.corpora;

import io.sensorium.core.CorpusException;
import io.sensorium.core.Sha256;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.zip.GZIPInputStream;

/**
 * The prompts of the telephone exchange Asterisk: studio recordings of one speaker in each of five languages, with what
 * they say. An item is a prompt, with its recording and text in every language that has both. Beeps and silences, whose
 * texts are in brackets, are left out.
 */
final class PromptsBuilder implements CorpusBuilder {
    private static final List<String> LANGUAGES = List.of("en", "es", "fr", "it", "ru");
    private static final Pattern LINE = Pattern.compile("\\s*([A-Za-z0-9_/.+-]{1,100})\\s*:\\s*(\\S.*)");
    private static final Pattern FILE =
            Pattern.compile("usr/share/asterisk/sounds/([A-Za-z0-9_]{2,40})/([A-Za-z0-9_/.+-]{1,100})\\.wav");
    private static final int LONGEST_LIST = 4 << 20;

    @Override
    public String description() {
        return "Spoken prompts of the telephone exchange Asterisk with their texts.";
    }

    @Override
    public List<String> archives() {
        return LANGUAGES.stream()
                .flatMap(lang -> List.of(texts(lang), sounds(lang)).stream())
                .toList();
    }

    private static String texts(String lang) {
        return "asterisk-core-sounds-" + lang;
    }

    private static String sounds(String lang) {
        return texts(lang) + "-wav";
    }

    @Override
    public Collection<CorpusItem> build(Packages packages, Workspace work) {
        var items = new TreeMap<String, CorpusItem>();
        for (String lang : LANGUAGES) {
            Map<String, String> texts = transcripts(packages, lang, work);
            SourceArchive sounds = packages.get(sounds(lang));
            var extraction = new Extraction(sounds);
            packages.read(sounds, path -> FILE.matcher(path).matches(), (path, content) -> {
                Matcher file = FILE.matcher(path);
                if (file.matches() && texts.containsKey(file.group(2)) && work.isNew(Sha256.of(content))) {
                    String key = file.group(2);
                    String target = "snd/%s/%s.wav".formatted(lang, key);
                    extraction.add(path, content.length, target);
                    CorpusItem item = items.computeIfAbsent(key, CorpusItem::new);
                    item.audio(target, lang, "human", Map.of("speaker", file.group(1)), Credit.of(sounds));
                    item.text(texts.getOrDefault(key, ""), lang, "caption", Credit.of(packages.get(texts(lang))));
                }
            });
            extraction.run(packages, work);
        }
        return items.values();
    }

    /** By prompt. */
    private static Map<String, String> transcripts(Packages packages, String lang, Workspace work) {
        String list = "usr/share/doc/%s/core-sounds-%s.txt.gz".formatted(texts(lang), lang);
        var lines = new ArrayList<String>();
        packages.read(packages.get(texts(lang)), list::equals, (path, content) -> lines.addAll(unzip(path, content)));
        var texts = new HashMap<String, String>();
        for (String line : lines) {
            Matcher matcher = LINE.matcher(line);
            if (line.isBlank() || line.startsWith(";") || line.startsWith("\uFEFF;")) {
                continue;
            }
            if (!matcher.matches()) {
                work.skip("%s: '%s' says nothing".formatted(lang, line.strip()));
            } else if (matcher.group(2).indexOf('[') < 0) {
                texts.put(matcher.group(1), matcher.group(2).strip().replaceAll("\\s+", " "));
            }
        }
        return texts;
    }

    private static List<String> unzip(String path, byte[] content) throws IOException {
        try (var in = new GZIPInputStream(new ByteArrayInputStream(content))) {
            byte[] text = in.readNBytes(LONGEST_LIST + 1);
            if (text.length > LONGEST_LIST) {
                throw new CorpusException("%s: expands to more than %,d bytes".formatted(path, LONGEST_LIST));
            }
            return new String(text, StandardCharsets.UTF_8).lines().toList();
        }
    }
}
