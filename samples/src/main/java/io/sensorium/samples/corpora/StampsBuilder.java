package io.sensorium.samples.corpora;

import io.sensorium.core.Sha256;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Tux Paint's stamps: photographs and drawings with captions in 78 languages, many of them read aloud by people.
 *
 * <p>A stamp is {@code <category>/<name>.png} or {@code .svg} (the PNG where it has both), {@code .txt} with the English
 * caption in the first line and {@code xx.utf8=…} in the others, {@code <name>_desc_<lang>.ogg} (a reader; English
 * without the language) and {@code <name>.ogg} (the sound it makes). A {@code <name>_mirror} is a second picture of the
 * same thing. Left out are symbols, most of them letters and digits, and the sounds that things make: without a language,
 * they would take part in every evaluation of speech.
 */
final class StampsBuilder implements CorpusBuilder {
    static final String PACKAGE = "tuxpaint-stamps-default";

    private static final String ROOT = "usr/share/tuxpaint/stamps/";
    private static final Pattern FILE = Pattern.compile("(?<stem>.+?)\\.(?<type>png|svg|txt|ogg|wav)(?:\\.ogg)?");
    private static final Pattern READER = Pattern.compile("(?<stem>.+)_desc(?:_(?<lang>[A-Za-z_@]{2,16}))?");
    private static final Pattern CAPTION = Pattern.compile("(?<lang>[A-Za-z_@]{2,16})\\.utf8=(?<text>.*)");
    private static final int LONGEST_CAPTION = 1000;

    private record Media(String entry, long bytes, String digest) {}

    private record Clip(Media media, String lang) {}

    private static final class Stamp {
        final SortedMap<String, Media> images = new TreeMap<>();
        final List<Clip> clips = new ArrayList<>();
        final Map<String, String> captions = new TreeMap<>();
    }

    @Override
    public String description() {
        return "Pictures, captions and readings of the stamps of the children's drawing program Tux Paint.";
    }

    @Override
    public List<String> archives() {
        return List.of(PACKAGE);
    }

    @Override
    public Collection<CorpusItem> build(Packages packages, Workspace work) {
        SourceArchive archive = packages.get(PACKAGE);
        var stamps = new TreeMap<String, Stamp>();
        packages.read(archive, StampsBuilder::wanted, (entry, content) -> enter(stamps, entry, content, work));
        mergeMirrors(stamps);
        var extraction = new Extraction(archive);
        var items = new ArrayList<CorpusItem>();
        stamps.forEach((id, stamp) -> {
            if (stamp.images.isEmpty() || (stamp.captions.isEmpty() && stamp.clips.isEmpty())) {
                work.skip(id + ": " + (stamp.images.isEmpty() ? "has no picture" : "has neither caption nor sound"));
            } else {
                items.add(item(id, stamp, work, extraction, Credit.of(archive)));
            }
        });
        items.removeIf(item -> item.modalities() < 2);
        extraction.run(packages, work);
        return items;
    }

    private static boolean wanted(String entry) {
        return entry.startsWith(ROOT)
                && !entry.startsWith(ROOT + "symbols/")
                && FILE.matcher(entry).matches();
    }

    private static void enter(Map<String, Stamp> stamps, String entry, byte[] content, Workspace work) {
        Matcher file = FILE.matcher(entry.substring(ROOT.length()));
        if (!file.matches()) {
            throw new IllegalArgumentException(entry);
        }
        String stem = file.group("stem");
        switch (file.group("type")) {
            case "txt" -> captions(content, stamp(stamps, stem).captions, stem, work);
            case "png", "svg" -> {
                if (work.isPicture(stem + "." + file.group("type"), content)) {
                    stamp(stamps, stem)
                            .images
                            .put(file.group("type"), new Media(entry, content.length, Sha256.of(content)));
                }
            }
            default -> {
                var media = new Media(entry, content.length, Sha256.of(content));
                Matcher reader = READER.matcher(stem);
                if (reader.matches()) {
                    String lang = reader.group("lang") == null ? "en" : LanguageTags.of(reader.group("lang"));
                    stamp(stamps, reader.group("stem")).clips.add(new Clip(media, lang));
                }
            }
        }
    }

    private static Stamp stamp(Map<String, Stamp> stamps, String id) {
        return stamps.computeIfAbsent(id, i -> new Stamp());
    }

    private static void captions(byte[] content, Map<String, String> captions, String stem, Workspace work) {
        List<String> lines = new String(content, StandardCharsets.UTF_8).lines().toList();
        for (int i = 0; i < lines.size(); i++) {
            Matcher line = CAPTION.matcher(lines.get(i));
            String lang = "en";
            String text = lines.get(i).strip();
            if (line.matches()) {
                lang = LanguageTags.of(line.group("lang"));
                text = line.group("text").strip();
            } else if (i > 0) {
                if (!text.isEmpty()) {
                    work.skip("%s.txt:%d: no caption in a language".formatted(stem, i + 1));
                }
                continue;
            }
            if (text.length() > LONGEST_CAPTION || text.indexOf('\uFFFD') >= 0) {
                work.skip("%s.txt:%d: is too long or not UTF-8".formatted(stem, i + 1));
            } else if (!text.isEmpty()) {
                captions.put(lang, text);
            }
        }
    }

    private static void mergeMirrors(SortedMap<String, Stamp> stamps) {
        for (String id : List.copyOf(stamps.keySet())) {
            String original = id.endsWith("_mirror") ? id.substring(0, id.length() - "_mirror".length()) : id;
            if (!original.equals(id) && stamps.containsKey(original)) {
                Stamp mirrored = stamp(stamps, id);
                stamp(stamps, original).images.putAll(mirrorNames(mirrored.images));
                stamps.remove(id);
            }
        }
    }

    private static SortedMap<String, Media> mirrorNames(SortedMap<String, Media> images) {
        var mirrors = new TreeMap<String, Media>();
        images.forEach((type, media) -> mirrors.put(type + "_mirror", media));
        return mirrors;
    }

    private static CorpusItem item(String id, Stamp stamp, Workspace work, Extraction extraction, Credit credit) {
        var item = new CorpusItem(id);
        for (String kind : List.of("", "_mirror")) {
            Media image = stamp.images.getOrDefault("png" + kind, stamp.images.get("svg" + kind));
            if (image != null && work.isNew(image.digest)) {
                item.image(extract(image, "img/", extraction), "stamps", credit);
            }
        }
        stamp.clips.sort((a, b) -> a.media.entry.compareTo(b.media.entry));
        for (Clip clip : stamp.clips) {
            if (work.isNew(clip.media.digest)) {
                item.audio(extract(clip.media, "snd/", extraction), clip.lang, "human", Map.of(), credit);
            }
        }
        // English first, then by language
        String english = stamp.captions.remove("en");
        if (english != null) {
            item.text(english, "en", "caption", credit);
        }
        stamp.captions.forEach((lang, text) -> item.text(text, lang, "caption", credit));
        return item;
    }

    private static String extract(Media media, String folder, Extraction extraction) {
        String path = folder + media.entry.substring(ROOT.length());
        extraction.add(media.entry, media.bytes, path);
        return path;
    }
}
