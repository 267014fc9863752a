package io.sensorium.samples.corpora;

import io.sensorium.core.Sha256;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;

/**
 * Drawings of the Open Clip Art Library with their titles ({@code label}) and keywords ({@code tags}, in one text).
 *
 * <p>A title that more than {@value #COMMON} drawings bear ("Lemon SVG theme") names their collection: they are called by
 * their file names, unless these begin with it ("Bullet Hole"). Of drawings that are called and tagged the same (1,375 star
 * polygons), the first {@value #COMMON} are taken.
 */
final class ClipartBuilder implements CorpusBuilder {
    private static final String PACKAGE = "openclipart-svg";
    private static final String ROOT = "usr/share/openclipart/svg/";
    private static final int COMMON = 8;
    private static final int LONGEST = 200;
    private static final String LANGUAGE = "en";
    private static final Pattern ARTIST = Pattern.compile("Clipart by [^-]{1,60} - ");
    /** What the library's own tools left behind. */
    private static final Pattern NO_KEYWORD = Pattern.compile("hash(\\(.*)?|unsorted|.*@.*|");

    private record Drawing(String label, List<String> keywords) {}

    @Override
    public String description() {
        return "Drawings of the Open Clip Art Library, titled and tagged by their artists.";
    }

    @Override
    public List<String> archives() {
        return List.of(PACKAGE);
    }

    @Override
    public Collection<CorpusItem> build(Packages packages, Workspace work) {
        SourceArchive archive = packages.get(PACKAGE);
        Map<String, Drawing> chosen = choose(packages, archive, work);
        var items = new ArrayList<CorpusItem>();
        packages.read(archive, chosen::containsKey, (path, content) -> {
            if (work.isPicture(path, content) && work.isNew(Sha256.of(content))) {
                String name = path.substring(ROOT.length());
                Drawing drawing = chosen.getOrDefault(path, new Drawing("", List.of()));
                var item = new CorpusItem(name.substring(0, name.length() - ".svg".length()));
                item.image("img/" + name, "openclipart", Credit.of(archive));
                if (!drawing.label.isEmpty()) {
                    item.text(drawing.label, LANGUAGE, "label", Credit.of(archive));
                }
                if (!drawing.keywords.isEmpty()) {
                    item.tags(drawing.keywords, LANGUAGE, Credit.of(archive));
                }
                items.add(item);
                if (!work.folder().has("img/" + name, content.length)) {
                    work.folder().write("img/" + name, content);
                }
            }
        });
        items.sort((a, b) -> a.id().compareTo(b.id()));
        return items;
    }

    /** By path in the archive. */
    private static Map<String, Drawing> choose(Packages packages, SourceArchive archive, Workspace work) {
        var all = new TreeMap<String, SvgMetadata>();
        packages.read(
                archive,
                path -> path.startsWith(ROOT) && path.endsWith(".svg"),
                (path, content) -> all.put(path, SvgMetadata.read(content)));
        var bearers = new HashMap<String, Integer>();
        all.values().forEach(metadata -> bearers.merge(metadata.title(), 1, Integer::sum));
        var same = new HashMap<Drawing, Integer>();
        var chosen = new HashMap<String, Drawing>();
        int repeated = 0;
        for (Map.Entry<String, SvgMetadata> entry : all.entrySet()) {
            SvgMetadata metadata = entry.getValue();
            boolean ownTitle = bearers.getOrDefault(metadata.title(), 0) <= COMMON
                    || startsWith(fileName(entry.getKey()), metadata.title());
            String label = ownTitle ? title(metadata.title()) : fileName(entry.getKey());
            var drawing = new Drawing(
                    label.isEmpty() ? fileName(entry.getKey()) : label,
                    metadata.keywords().stream()
                            .map(keyword -> words(keyword).toLowerCase(Locale.ROOT))
                            .filter(keyword -> !NO_KEYWORD.matcher(keyword).matches())
                            .distinct()
                            .toList());
            if (drawing.label.isEmpty() && drawing.keywords.isEmpty()) {
                work.skip(entry.getKey() + ": says nothing of what it shows");
            } else if (drawing.label.length() > LONGEST
                    || String.join(", ", drawing.keywords).length() > 5 * LONGEST) {
                work.skip(entry.getKey() + ": title or keywords are too long");
            } else if (same.merge(drawing, 1, Integer::sum) > COMMON) {
                repeated++;
            } else {
                chosen.put(entry.getKey(), drawing);
            }
        }
        if (repeated > 0) {
            work.skip("%,d drawings that are called and tagged as %d others are".formatted(repeated, COMMON));
        }
        return chosen;
    }

    private static boolean startsWith(String fileName, String title) {
        return fileName.toLowerCase(Locale.ROOT).startsWith(words(title).toLowerCase(Locale.ROOT));
    }

    private static String title(String title) {
        return words(ARTIST.matcher(title).replaceFirst(""));
    }

    /** The words of a file's name, without those that are numbers or codes. */
    private static String fileName(String path) {
        String name = path.substring(path.lastIndexOf('/') + 1, path.length() - ".svg".length());
        var words = new ArrayList<String>();
        for (String word : name.split("[_\\W]+")) {
            String letters = word.replaceAll("\\d+$", "");
            if (letters.length() > 1 && letters.chars().noneMatch(Character::isDigit)) {
                words.add(letters);
            }
        }
        return String.join(" ", words);
    }

    private static String words(String text) {
        return text.replace('_', ' ').replaceAll("[\\s\\p{Cntrl}]+", " ").strip();
    }
}
