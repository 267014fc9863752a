package io.sensorium.samples.corpora;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.sensorium.core.Sha256;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Emoji as four vendors draw them, with CLDR's name ({@code label}) and keywords ({@code tags}, in one text) in every
 * locale of emojibase.
 *
 * <p>Left out are skin tones, the letters and hair styles that emoji are composed of, and flags of territories that fly
 * another's. A sequence is the same with or without its variation selectors, which vendors spell as they like.
 */
final class EmojiBuilder implements CorpusBuilder {
    private static final String NAMES = "emojibase-data";
    private static final String FIRST_LANGUAGE = "en";
    private static final Pattern LOCALE = Pattern.compile("package/([a-z-]{2,10})/data\\.json");
    private static final String GROUPS = "package/meta/groups.json";
    private static final String COMPONENTS = "component";
    /** Bouvet, Clipperton, Diego Garcia, Ceuta and Melilla, Heard, Saint Martin, Svalbard, the US outlying islands. */
    private static final Set<String> BORROWED_FLAGS = Set.of(
            "1f1e7-1f1fb",
            "1f1e8-1f1f5",
            "1f1e9-1f1ec",
            "1f1ea-1f1e6",
            "1f1ed-1f1f2",
            "1f1f2-1f1eb",
            "1f1f8-1f1ef",
            "1f1fa-1f1f2");

    private static final ObjectMapper JSON = new ObjectMapper();

    /** Where a package has its pictures, named by code points. */
    private record Vendor(String source, String archive, String folder, String suffix) {}

    private static final List<Vendor> VENDORS = List.of(
            new Vendor("noto", "emoji-datasource-google", "package/img/google/64/", ".png"),
            new Vendor("twemoji", "emoji-datasource-twitter", "package/img/twitter/64/", ".png"),
            new Vendor("fluent", "@lobehub/fluent-emoji-3d", "package/assets/", ".webp"),
            new Vendor("openmoji", "openmoji", "package/color/svg/", ".svg"));

    @Override
    public String description() {
        return "Emoji as four vendors draw them, named and tagged by Unicode CLDR.";
    }

    @Override
    public List<String> archives() {
        var archives = new ArrayList<String>();
        archives.add(NAMES);
        VENDORS.forEach(vendor -> archives.add(vendor.archive));
        return archives;
    }

    @Override
    public Collection<CorpusItem> build(Packages packages, Workspace work) {
        SourceArchive names = packages.get(NAMES);
        var locales = new TreeMap<String, JsonNode>();
        packages.read(names, path -> LOCALE.matcher(path).matches() || path.equals(GROUPS), (path, content) -> {
            Matcher locale = LOCALE.matcher(path);
            locales.put(locale.matches() ? locale.group(1) : GROUPS, JSON.readTree(content));
        });
        JsonNode groups = locales.getOrDefault(GROUPS, JSON.nullNode()).path("groups");
        locales.remove(GROUPS);
        Map<String, CorpusItem> items = concepts(locales.getOrDefault(FIRST_LANGUAGE, JSON.nullNode()), groups);
        for (Vendor vendor : VENDORS) {
            addPictures(vendor, items, packages, work);
        }
        addTexts(FIRST_LANGUAGE, locales, items, Credit.of(names));
        locales.keySet().stream()
                .filter(locale -> !locale.equals(FIRST_LANGUAGE))
                .forEach(locale -> addTexts(locale, locales, items, Credit.of(names)));
        var sorted = new TreeMap<String, CorpusItem>();
        for (CorpusItem item : items.values()) {
            if (item.modalities() > 1) {
                sorted.put(item.id(), item);
            } else {
                work.skip(item.id() + ": no vendor has a picture of its own");
            }
        }
        return sorted.values();
    }

    /** By code points. */
    private static Map<String, CorpusItem> concepts(JsonNode emoji, JsonNode groups) {
        var items = new LinkedHashMap<String, CorpusItem>();
        var ids = new HashSet<String>();
        for (JsonNode node : emoji) {
            String group = groups.path(node.path("group").asText("none")).asText();
            String code = code(node.path("hexcode").asText());
            if (!group.isEmpty() && !group.equals(COMPONENTS) && !BORROWED_FLAGS.contains(code)) {
                String id = group + "/" + slug(node.path("label").asText());
                String unique = ids.add(id) ? id : id + "-" + code;
                items.put(code, new CorpusItem(unique).with("hexcode", code));
            }
        }
        return items;
    }

    private static void addPictures(Vendor vendor, Map<String, CorpusItem> items, Packages packages, Workspace work) {
        SourceArchive archive = packages.get(vendor.archive);
        var extraction = new Extraction(archive);
        var paths = new HashMap<String, String>();
        packages.read(
                archive, path -> path.startsWith(vendor.folder) && path.endsWith(vendor.suffix), (path, content) -> {
                    String code = code(path.substring(vendor.folder.length(), path.length() - vendor.suffix.length()));
                    // only drawings have features that a decoder may lack
                    if (items.containsKey(code)
                            && !paths.containsKey(code)
                            && (!vendor.suffix.equals(".svg") || work.isPicture(path, content))
                            && work.isNew(Sha256.of(content))) {
                        String target = "img/%s/%s%s".formatted(vendor.source, code, vendor.suffix);
                        paths.put(code, target);
                        extraction.add(path, content.length, target);
                    }
                });
        items.forEach((code, item) -> {
            String path = paths.get(code);
            if (path != null) {
                item.image(path, vendor.source, Credit.of(archive));
            }
        });
        extraction.run(packages, work);
    }

    private static void addTexts(
            String locale, Map<String, JsonNode> locales, Map<String, CorpusItem> items, Credit credit) {
        String lang = LanguageTags.of(locale);
        for (JsonNode node : locales.getOrDefault(locale, JSON.nullNode())) {
            CorpusItem item = items.get(code(node.path("hexcode").asText()));
            if (item != null) {
                String label = node.path("label").asText().strip();
                if (!label.isEmpty()) {
                    item.text(label, lang, "label", credit);
                }
                var tags = new ArrayList<String>();
                node.path("tags").forEach(tag -> tags.add(tag.asText()));
                if (!tags.isEmpty()) {
                    item.tags(tags, lang, credit);
                }
            }
        }
    }

    private static String code(String hexcode) {
        return hexcode.toLowerCase(Locale.ROOT).replace("-fe0f", "");
    }

    private static String slug(String label) {
        return label.toLowerCase(Locale.ROOT)
                .replaceAll("[^\\p{L}\\p{N}]+", "-")
                .replaceAll("^-|-$", "");
    }
}
