package io.sensorium.corpus;

import io.sensorium.core.MediaException;
import io.sensorium.core.Messages;
import io.sensorium.core.Modality;
import io.sensorium.core.Sha256;
import io.sensorium.core.Text;
import io.sensorium.corpus.CorpusReport.Count;
import io.sensorium.corpus.CorpusReport.Problem;
import io.sensorium.corpus.CorpusReport.ProblemKind;
import io.sensorium.spi.ModalityProvider;
import io.sensorium.spi.Preprocessor;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.DigestOutputStream;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeSet;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Looks at every file of a corpus: is it there, can it be decoded, and is anything in training that is also in a test?
 * Views of several items are decoded at once, on the common pool; problems come in the order of the manifest.
 */
public final class CorpusCheck {
    /** The most problems that a report holds; all are counted and given to the listener. */
    public static final int KEPT = 1000;

    private static final int CHUNK = 128;

    private final Map<Modality, ModalityProvider> providers;
    private final Map<Modality, Preprocessor> preprocessors;

    /**
     * A check of the modalities that have both a provider and a preprocessor; files of others are read, not decoded.
     *
     * @param providers turn files to inputs
     * @param preprocessors decode them; each is asked for in the manifest, or {@link ProblemKind#EMPTY_MODALITY}
     */
    public CorpusCheck(Map<Modality, ModalityProvider> providers, Map<Modality, Preprocessor> preprocessors) {
        this.providers = Map.copyOf(providers);
        this.preprocessors = Map.copyOf(preprocessors);
    }

    /**
     * Runs the check.
     *
     * @param listener is told of every problem as it is found, on the calling thread
     */
    public CorpusReport run(Corpus corpus, Consumer<Problem> listener) {
        var findings = new Findings(listener);
        List<Item> items = corpus.items();
        for (int from = 0; from < items.size(); from += CHUNK) {
            List<Item> chunk = items.subList(from, Math.min(from + CHUNK, items.size()));
            // decoding is the expensive part; what was found is entered one after the other
            chunk.parallelStream().map(item -> inspect(corpus, item)).toList().forEach(findings::enter);
        }
        var asked = new TreeSet<>(preprocessors.keySet());
        asked.addAll(corpus.modalities());
        asked.forEach(findings::checkTrained);
        return findings.report(items.size());
    }

    private record Inspected(
            Item item,
            View view,
            @Nullable ProblemKind kind,
            String message,
            @Nullable Digest digest) {}

    private record InspectedItem(Item item, List<Inspected> views) {}

    /** 128 bits of a SHA-256: enough to tell files apart and a quarter of its text. */
    private record Digest(long high, long low) {
        static Digest of(MessageDigest sha256) {
            var bytes = ByteBuffer.wrap(sha256.digest());
            return new Digest(bytes.getLong(), bytes.getLong());
        }
    }

    private InspectedItem inspect(Corpus corpus, Item item) {
        var inspected = new ArrayList<Inspected>();
        item.views().values().forEach(views -> views.forEach(view -> inspected.add(inspect(corpus, item, view))));
        return new InspectedItem(item, inspected);
    }

    private Inspected inspect(Corpus corpus, Item item, View view) {
        ModalityProvider provider = providers.get(view.modality());
        String text = view.text();
        Digest digest;
        try {
            Path file = null;
            if (text == null) {
                file = corpus.file(view);
                if (!Files.exists(file)) {
                    return new Inspected(item, view, ProblemKind.MISSING, view.label() + ": no such file", null);
                }
                if (!Files.isRegularFile(file)) {
                    return new Inspected(
                            item, view, ProblemKind.UNREADABLE, view.label() + ": not a regular file", null);
                }
                text = caption(corpus, view, provider);
            }
            digest = text == null ? digest(Objects.requireNonNull(file)) : digest(text);
        } catch (MediaException e) {
            return new Inspected(item, view, ProblemKind.UNREADABLE, String.valueOf(e.getMessage()), null);
        } catch (IOException e) {
            return new Inspected(
                    item, view, ProblemKind.UNREADABLE, "%s: can't be read: %s".formatted(view.label(), e), null);
        }
        if (text != null && text.isBlank()) {
            return new Inspected(item, view, ProblemKind.BLANK, view.label() + ": a text needs a letter", null);
        }
        Preprocessor preprocessor = preprocessors.get(view.modality());
        if (provider != null && preprocessor != null) {
            try {
                preprocessor.decode(corpus.input(view, provider));
            } catch (MediaException e) {
                return new Inspected(item, view, ProblemKind.UNDECODABLE, String.valueOf(e.getMessage()), digest);
            }
        }
        return new Inspected(item, view, null, "", digest);
    }

    /** The text in a file, which may be another view's in the manifest; null if the file has none that can be read. */
    private static @Nullable String caption(Corpus corpus, View view, @Nullable ModalityProvider provider) {
        try {
            return provider != null && corpus.input(view, provider) instanceof Text read ? read.text() : null;
        } catch (MediaException e) {
            // what is wrong with it comes out when it is decoded
            return null;
        }
    }

    private static Digest digest(String text) {
        MessageDigest sha256 = Sha256.digest();
        sha256.update(text.strip().getBytes(StandardCharsets.UTF_8));
        return Digest.of(sha256);
    }

    private static Digest digest(Path file) throws IOException {
        MessageDigest sha256 = Sha256.digest();
        try (InputStream in = Files.newInputStream(file);
                var out = new DigestOutputStream(OutputStream.nullOutputStream(), sha256)) {
            in.transferTo(out);
        }
        return Digest.of(sha256);
    }

    /** What was found so far. */
    private static final class Findings {
        private record Key(
                String modality,
                String split,
                @Nullable String lang,
                @Nullable String source) {}

        private record Place(String split, int line) {}

        private final Consumer<Problem> listener;
        private final Map<Key, Integer> counts = new HashMap<>();
        private final Map<ProblemKind, Integer> problemCounts = new EnumMap<>(ProblemKind.class);
        private final List<Problem> problems = new ArrayList<>();
        private final Map<Digest, Place> firstOfContent = new HashMap<>();
        private final Map<String, Place> firstOfGroup = new HashMap<>();

        Findings(Consumer<Problem> listener) {
            this.listener = listener;
        }

        void enter(InspectedItem inspected) {
            Item item = inspected.item;
            Place first = item.split().equals(Item.NONE)
                    ? null
                    : firstOfGroup.putIfAbsent(item.group(), new Place(item.split(), item.line()));
            if (first != null && !first.split.equals(item.split())) {
                add(
                        ProblemKind.GROUP_ACROSS_SPLITS,
                        item,
                        "group '%s' is in split '%s' here and in '%s' at line %d"
                                .formatted(Messages.excerpt(item.group()), item.split(), first.split, first.line));
            }
            inspected.views.forEach(this::enter);
        }

        private void enter(Inspected inspected) {
            View view = inspected.view;
            counts.merge(new Key(view.modality().name(), view.split(), view.lang(), view.source()), 1, Integer::sum);
            if (inspected.kind != null) {
                add(inspected.kind, inspected.item, inspected.message);
            }
            if (inspected.digest != null && !view.split().equals(Item.NONE)) {
                Place first =
                        firstOfContent.putIfAbsent(inspected.digest, new Place(view.split(), inspected.item.line()));
                if (first != null && !first.split.equals(view.split())) {
                    add(
                            ProblemKind.DUPLICATE_ACROSS_SPLITS,
                            inspected.item,
                            "%s: in split '%s' here, the same in '%s' at line %d"
                                    .formatted(view.label(), view.split(), first.split, first.line));
                }
            }
        }

        void checkTrained(Modality modality) {
            if (counts.keySet().stream()
                    .noneMatch(k -> k.modality.equals(modality.name()) && k.split.equals(Item.TRAIN))) {
                add(ProblemKind.EMPTY_MODALITY, null, "no %s view is in split '%s'".formatted(modality, Item.TRAIN));
            }
        }

        private void add(ProblemKind kind, @Nullable Item item, String message) {
            var problem = new Problem(kind, item == null ? 0 : item.line(), item == null ? null : item.id(), message);
            problemCounts.merge(kind, 1, Integer::sum);
            if (problems.size() < KEPT) {
                problems.add(problem);
            }
            listener.accept(problem);
        }

        CorpusReport report(int items) {
            List<Count> table = counts.entrySet().stream()
                    .map(e -> new Count(
                            e.getKey().modality, e.getKey().split, e.getKey().lang, e.getKey().source, e.getValue()))
                    .sorted(Comparator.comparing(Count::modality)
                            .thenComparing(Count::split)
                            .thenComparing(Count::lang, Comparator.nullsFirst(Comparator.naturalOrder()))
                            .thenComparing(Count::source, Comparator.nullsFirst(Comparator.naturalOrder())))
                    .toList();
            return new CorpusReport(items, table, Map.copyOf(problemCounts), List.copyOf(problems));
        }
    }
}
