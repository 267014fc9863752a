package io.sensorium.samples.corpora;

import io.sensorium.core.ConfigException;
import io.sensorium.core.CorpusException;
import io.sensorium.core.MediaException;
import io.sensorium.core.Messages;
import io.sensorium.core.Modality;
import io.sensorium.core.Sha256;
import io.sensorium.core.Text;
import io.sensorium.corpus.Corpus;
import io.sensorium.corpus.Item;
import io.sensorium.corpus.View;
import io.sensorium.samples.corpora.SpeechEngine.Voice;
import io.sensorium.spi.Modalities;
import io.sensorium.spi.ModalityProvider;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Speaks the captions of a corpus: all texts that aren't {@linkplain Tags tags}, also those in files. The items keep their
 * ids and groups and name that corpus in the field {@code of}; they have audio alone, each view with its {@code speaker} and
 * {@code transcript}.
 *
 * <p>Who speaks, how high and how fast is drawn from the item's id, its language and the engine: the same call makes the
 * same corpus, and another caption leaves the others as they were. A clip's file name is a digest of engine, version,
 * voice and text, so a build that was stopped, or is asked for more, keeps the clips that are there.
 *
 * @param from folder or manifest of the corpus to speak
 * @param languages as its manifest spells them
 * @param voices how many clips of a caption each engine makes: {@code espeak-ng}, {@code flite} (English only)
 */
public record VoicesBuild(Path from, Path out, List<String> languages, Map<String, Integer> voices) {
    /** What the corpus is called. */
    public static final String NAME = "voices";

    private static final Map<String, Supplier<SpeechEngine>> ENGINES =
            Map.of("espeak-ng", EspeakNg::new, "flite", Flite::new);
    private static final int LONGEST = 400;
    private static final int MOST_VOICES = 14;

    private record Spoken(View view, String lang, String text) {}

    private record Clip(CorpusItem item, String lang, String text, SpeechEngine engine, Voice voice, Credit credit) {
        Map<String, String> fields() {
            var fields = new LinkedHashMap<String, String>();
            fields.put("speaker", voice.speaker());
            fields.put("transcript", text);
            return fields;
        }

        /** Says all that the sound depends on. */
        String path() {
            String key = String.join(
                    "\n", engine.name(), engine.version(), voice.arguments().toString(), text);
            String digest = Sha256.of(key);
            return "snd/%s/%s/%s/%s.wav"
                    .formatted(engine.name(), lang, digest.substring(0, 2), digest.substring(2, 22));
        }
    }

    public VoicesBuild {
        languages = List.copyOf(languages);
        voices = Collections.unmodifiableMap(new TreeMap<>(voices));
        voices.forEach((engine, count) -> {
            if (!ENGINES.containsKey(engine) || count < 0 || count > MOST_VOICES) {
                throw new ConfigException("voices are %s=%d; expected espeak-ng or flite and a number from 0 to %d"
                        .formatted(Messages.excerpt(engine), count, MOST_VOICES));
            }
        });
        for (String language : languages) {
            if (!language.matches("[A-Za-z0-9-]{2,20}")) {
                throw new ConfigException(
                        "'%s' is no language; expected such as en or pt-BR".formatted(Messages.excerpt(language)));
            }
        }
    }

    /**
     * Speaks what an earlier run hasn't, on all processors, and writes the manifest.
     *
     * @throws ConfigException if an engine isn't installed or speaks none of the languages
     * @throws CorpusException if the corpus can't be read or has no caption in one of the languages
     */
    public BuildReport run(BuildListener listener) {
        var engines = new ArrayList<SpeechEngine>();
        voices.forEach((engine, count) -> {
            if (count > 0) {
                engines.add(Objects.requireNonNull(ENGINES.get(engine)).get());
            }
        });
        return run(listener, engines);
    }

    BuildReport run(BuildListener listener, List<SpeechEngine> engines) {
        long start = System.nanoTime();
        for (String language : languages) {
            if (engines.stream().noneMatch(engine -> engine.speaks(language))) {
                throw new ConfigException("none of %s speaks '%s'"
                        .formatted(engines.stream().map(SpeechEngine::name).toList(), language));
            }
        }
        Corpus corpus = Corpus.load(from);
        var folder = new CorpusFolder(out);
        folder.requireNoOther(NAME);
        var work = new Workspace(folder, listener);
        List<Clip> clips = plan(corpus, engines, work);
        speak(clips, work);
        List<CorpusItem> items = clips.stream()
                .map(Clip::item)
                .distinct()
                .filter(item -> item.modalities() > 0)
                .toList();
        return CorpusBuild.finish(NAME, folder, items, LicencesPage.ofVoices(corpus, engines), work, start);
    }

    private List<Clip> plan(Corpus corpus, List<SpeechEngine> engines, Workspace work) {
        String folderName = String.valueOf(corpus.folder().getFileName());
        ModalityProvider reader = Modalities.require(Modalities.installed(), Modality.TEXT);
        var clips = new ArrayList<Clip>();
        for (Item item : corpus.items()) {
            CorpusItem spoken = new CorpusItem(item.id())
                    .with("group", item.group())
                    .with("of", item.other().getOrDefault("corpus", folderName));
            for (Spoken text : texts(corpus, item, reader, work)) {
                for (SpeechEngine engine : engines) {
                    if (engine.speaks(text.lang)) {
                        int count = Objects.requireNonNull(voices.get(engine.name()));
                        for (Voice voice : engine.voices(text.lang, count, random(item, text, engine))) {
                            var clip = new Clip(spoken, text.lang, text.text, engine, voice, credit(engine, text.view));
                            // two items may have the same caption and draw the same voice
                            if (work.isNew(clip.path())) {
                                clips.add(clip);
                            }
                        }
                    }
                }
            }
        }
        var silent = new LinkedHashSet<>(languages);
        clips.forEach(clip -> silent.remove(clip.lang));
        if (!silent.isEmpty()) {
            throw new CorpusException("%s: has no caption in %s, as the field 'lang' of a text says it"
                    .formatted(corpus.manifest(), silent));
        }
        return clips;
    }

    /** What is spoken of an item, each text once in a language. */
    private List<Spoken> texts(Corpus corpus, Item item, ModalityProvider reader, Workspace work) {
        var texts = new LinkedHashSet<String>();
        var spoken = new ArrayList<Spoken>();
        for (View view : item.views(Modality.TEXT)) {
            String lang = view.lang();
            if (lang == null || !languages.contains(lang) || Tags.areFrom(view.source())) {
                continue;
            }
            try {
                String text = ((Text) corpus.input(view, reader)).text();
                String plain = text.replaceAll("\\p{Cntrl}", " ").strip();
                if (plain.isEmpty() || plain.length() > LONGEST) {
                    work.skip("%s: %s has %,d characters; from 1 to %d are spoken"
                            .formatted(item.id(), view.label(), plain.length(), LONGEST));
                } else if (texts.add(lang + " " + plain)) {
                    spoken.add(new Spoken(view, lang, plain));
                }
            } catch (MediaException e) {
                work.skip("%s: %s".formatted(item.id(), e.getMessage()));
            }
        }
        return spoken;
    }

    private static SplittableRandom random(Item item, Spoken text, SpeechEngine engine) {
        String seed = String.join("\n", item.id(), text.lang, text.text, engine.name());
        return new SplittableRandom(Long.parseUnsignedLong(Sha256.of(seed).substring(0, 16), 16));
    }

    private static Credit credit(SpeechEngine engine, View view) {
        return new Credit(
                String.valueOf(view.other().getOrDefault("licence", "that of the text")),
                "%s %s, reading %s"
                        .formatted(engine.name(), engine.version(), view.other().getOrDefault("origin", "its text")));
    }

    private static void speak(List<Clip> clips, Workspace work) {
        BuildListener listener = work.listener();
        listener.started("speaking", clips.size(), "clips");
        var done = new AtomicInteger();
        try (ExecutorService threads =
                Executors.newFixedThreadPool(Runtime.getRuntime().availableProcessors())) {
            var results = new ArrayList<Future<@Nullable String>>();
            for (Clip clip : clips) {
                Callable<@Nullable String> job = () -> {
                    String problem = speak(clip, work.folder());
                    listener.advanced(done.incrementAndGet());
                    return problem;
                };
                results.add(threads.submit(job));
            }
            try {
                for (int i = 0; i < clips.size(); i++) {
                    enter(clips.get(i), results.get(i).get(), work);
                }
            } catch (ExecutionException e) {
                threads.shutdownNow();
                throw e.getCause() instanceof RuntimeException cause ? cause : new IllegalStateException(e.getCause());
            } catch (InterruptedException e) {
                threads.shutdownNow();
                Thread.currentThread().interrupt();
                throw new CorpusException("interrupted while speaking; the same call goes on", e);
            }
        }
    }

    private static void enter(Clip clip, @Nullable String problem, Workspace work) {
        if (problem == null) {
            clip.item.audio(clip.path(), clip.lang, clip.engine.name(), clip.fields(), clip.credit);
        } else {
            work.skip("%s: \"%s\": %s".formatted(clip.item.id(), Messages.excerpt(clip.text), problem));
        }
    }

    /** @return why there is no clip; null if there is */
    private static @Nullable String speak(Clip clip, CorpusFolder folder) {
        if (folder.has(clip.path())) {
            return null;
        }
        try {
            Path raw = folder.partial(".wav");
            try {
                say(clip, raw);
                folder.write(clip.path(), SpeechClip.convert(raw));
                return null;
            } catch (MediaException e) {
                return String.valueOf(e.getMessage());
            } finally {
                Files.deleteIfExists(raw);
            }
        } catch (IOException e) {
            throw new CorpusException("%s: can't be written: %s".formatted(folder.path(), e), e);
        }
    }

    /** An engine that crashes on a text, or takes too long for it, speaks the others. */
    private static void say(Clip clip, Path raw) {
        try {
            clip.engine.speak(clip.text, clip.voice, raw);
        } catch (CorpusException e) {
            throw new MediaException(clip.engine.name(), String.valueOf(e.getMessage()), e);
        }
    }
}
