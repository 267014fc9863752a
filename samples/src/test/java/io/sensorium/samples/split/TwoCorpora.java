package io.sensorium.samples.split;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.sensorium.core.MediaException;
import io.sensorium.samples.corpora.BuildListener;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/** Stamps and clip art whose captions chain, with copies of files and captions among them; tests add others beside. */
final class TwoCorpora {
    static final Shares SHARES = Shares.parse("70/10/20");
    private static final int THINGS = 80;

    private final Path root;
    private final SplittableRandom random = new SplittableRandom(7);
    private final List<MediaException> unreadable = new ArrayList<>();

    TwoCorpora(Path root) throws IOException {
        this.root = root;
        add("stamps", 60, i -> {
            ObjectNode item = item("s" + i, "A " + word() + (i % 3 == 0 ? " and a " + word() : "") + ".", "caption");
            item.withArray("image").addObject().put("path", file("stamps", i % 9 == 0 ? 0 : i));
            item.withArray("audio")
                    .addObject()
                    .put("path", file("stamps", 100 + i))
                    .put("lang", "en");
            return item;
        });
        add("clips", 120, i -> {
            ObjectNode item = item("c" + i, word() + " " + i % 7 + (i % 4 == 0 ? " " + word() : ""), "title");
            item.withArray("text")
                    .addObject()
                    .put("text", word() + "s")
                    .put("lang", "en")
                    .put("source", "keyword");
            item.withArray("text")
                    .addObject()
                    .put("text", "Wort " + i % 5)
                    .put("lang", "de")
                    .put("source", "title");
            item.withArray("image").addObject().put("path", file("clips", i % 100));
            return item;
        });
    }

    /** Makes one item of a corpus. */
    interface Making {
        ObjectNode item(int number) throws IOException;
    }

    /** What the last splits could not read. */
    List<MediaException> unreadable() {
        return unreadable;
    }

    SplitReport split(long seed) {
        return CorpusSplit.run(root, List.of(), SHARES, seed, unreadable::add, BuildListener.SILENT);
    }

    String word() {
        int number = random.nextInt(THINGS);
        return "" + "bdfgklmnprtvz".charAt(number % 13) + "aou".charAt(number / 13 % 3) + "rl".charAt(number / 39 % 2)
                + "k" + "ou".charAt(number / 78) + "b";
    }

    static ObjectNode item(String id, String caption, String source) {
        ObjectNode item = JsonNodeFactory.instance.objectNode().put("id", id).put("split", "train");
        item.withArray("text")
                .addObject()
                .put("text", caption)
                .put("lang", "en")
                .put("source", source);
        return item;
    }

    String file(String corpus, int number) throws IOException {
        Path folder = Files.createDirectories(root.resolve(corpus));
        Files.writeString(folder.resolve(number + ".bin"), corpus + number);
        return number + ".bin";
    }

    /** A corpus of items number 0 and on. */
    void add(String corpus, int size, Making making) throws IOException {
        var items = new ArrayList<ObjectNode>();
        for (int i = 0; i < size; i++) {
            items.add(making.item(i));
        }
        write(corpus, items);
    }

    void write(String corpus, List<ObjectNode> items) throws IOException {
        Files.createDirectories(root.resolve(corpus));
        Files.writeString(
                root.resolve(corpus).resolve("manifest.jsonl"),
                String.join("\n", items.stream().map(ObjectNode::toString).toList()));
    }
}
