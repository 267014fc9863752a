package io.sensorium.samples.corpora;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sensorium.audio.decode.AudioInfo;
import io.sensorium.core.ConfigException;
import io.sensorium.core.CorpusException;
import io.sensorium.core.Modality;
import io.sensorium.core.Source;
import io.sensorium.corpus.Corpus;
import io.sensorium.corpus.Item;
import io.sensorium.corpus.View;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.SplittableRandom;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.stream.IntStream;
import javax.sound.sampled.AudioFileFormat;
import javax.sound.sampled.AudioFormat;
import javax.sound.sampled.AudioInputStream;
import javax.sound.sampled.AudioSystem;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class VoicesBuildTest {
    @TempDir
    Path folder;

    Path out;

    @BeforeEach
    void writeCorpus() throws IOException {
        out = folder.resolve("out");
        Files.writeString(
                Files.createDirectory(folder.resolve("zoo")).resolve("manifest.jsonl"), """
                {"id":"../lion","group":"cats","text":[{"text":"A lion.","lang":"en","source":"caption","licence":"GPL-2","origin":"a zoo"},{"text":"-w /etc/x; $(boo)","lang":"fr","source":"label"},{"text":"cat, mane","lang":"en","source":"tags"},{"text":"Ein Löwe","lang":"de"}]}
                {"id":"lion2","corpus":"menagerie","text":[{"text":"A lion.","lang":"en","source":"caption"},{"text":"silent","lang":"fr"}]}
                {"id":"long","text":[{"text":"%s","lang":"en"}]}
                """.formatted("x".repeat(401)));
    }

    @Test
    void captions_are_spoken_under_the_ids_of_their_items() throws IOException {
        BuildReport report = build(new FakeEngine()).run(BuildListener.SILENT, List.of(new FakeEngine()));
        Corpus corpus = Corpus.load(out);
        assertThat(corpus.items()).extracting(Item::id).containsExactly("../lion", "lion2");
        Item lion = corpus.items().getFirst();
        assertThat(lion.group()).isEqualTo("cats");
        assertThat(lion.other()).containsEntry("of", "zoo").containsEntry("corpus", "voices");
        assertThat(corpus.items().getLast().other()).containsEntry("of", "menagerie");
        assertThat(lion.views()).containsOnlyKeys(Modality.AUDIO);
        assertThat(lion.views(Modality.AUDIO)).extracting(View::lang).containsExactly("en", "en", "fr", "fr");
        View first = lion.views(Modality.AUDIO).getFirst();
        assertThat(first.source()).isEqualTo("flite");
        assertThat(first.other())
                .containsEntry("transcript", "A lion.")
                .containsEntry("speaker", "flite/0")
                .containsEntry("licence", "GPL-2")
                .containsEntry("origin", "flite 9.9, reading a zoo");
        assertThat(report.skipped())
                .anyMatch(s -> s.startsWith("long: ") && s.contains("401 characters; from 1 to 400 are spoken"))
                .anyMatch(s -> s.startsWith("lion2: \"silent\": ") && s.endsWith("is silent"));
    }

    @Test
    void all_texts_but_tags_are_captions_whatever_a_corpus_calls_them_and_wherever_they_are() throws IOException {
        Path mine = Files.createDirectory(folder.resolve("mine"));
        Files.writeString(mine.resolve("a.txt"), "An owl.\n");
        Files.writeString(mine.resolve("manifest.jsonl"), """
                {"id":"owl","text":[{"path":"a.txt","lang":"en"},{"text":"night bird","lang":"en","source":"name"},{"text":"owl, bird","lang":"en","source":"my-keywords"}]}
                {"id":"gone","text":[{"path":"b.txt","lang":"en","source":"title"}]}
                """);
        var engine = new FakeEngine();
        BuildReport report = new VoicesBuild(mine, out, List.of("en"), Map.of("flite", 1))
                .run(BuildListener.SILENT, List.of(engine));
        assertThat(engine.spoken).containsExactlyInAnyOrder("An owl.", "night bird");
        assertThat(report.skipped())
                .singleElement()
                .asString()
                .startsWith("gone: ")
                .contains("b.txt");
    }

    @Test
    void clips_are_16_kHz_mono_without_the_silence_around_them() {
        build(new FakeEngine()).run(BuildListener.SILENT, List.of(new FakeEngine()));
        Corpus corpus = Corpus.load(out);
        View view = corpus.items().getFirst().views(Modality.AUDIO).getFirst();
        AudioInfo info = AudioInfo.of(new Source.File(corpus.file(view)));
        assertThat(info.sampleRate()).isEqualTo(16_000);
        assertThat(info.channels()).isOne();
        // half a second of tone between silences of half a second, 50 ms of which are kept on both sides
        assertThat(info.seconds()).isBetween(.59, .62);
    }

    @Test
    void a_build_that_was_stopped_speaks_only_what_is_missing_and_comes_out_the_same() throws IOException {
        build(new FakeEngine()).run(BuildListener.SILENT, List.of(new FakeEngine()));
        byte[] manifest = Files.readAllBytes(out.resolve("manifest.jsonl"));
        Corpus corpus = Corpus.load(out);
        Files.delete(corpus.file(corpus.items().getFirst().views(Modality.AUDIO).getLast()));
        Files.delete(out.resolve("manifest.jsonl"));
        var again = new FakeEngine();
        build(again).run(BuildListener.SILENT, List.of(again));
        assertThat(again.spoken).containsExactlyInAnyOrder("-w /etc/x; $(boo)", "silent", "silent");
        assertThat(out.resolve("manifest.jsonl")).hasBinaryContent(manifest);
    }

    @Test
    void a_clip_that_lost_its_content_is_spoken_again() throws IOException {
        build(new FakeEngine()).run(BuildListener.SILENT, List.of(new FakeEngine()));
        Corpus corpus = Corpus.load(out);
        Path clip = corpus.file(corpus.items().getFirst().views(Modality.AUDIO).getFirst());
        byte[] whole = Files.readAllBytes(clip);
        Files.write(clip, new byte[0]);
        build(new FakeEngine()).run(BuildListener.SILENT, List.of(new FakeEngine()));
        assertThat(clip).hasBinaryContent(whole);
    }

    @Test
    void a_text_that_an_engine_crashes_on_is_left_out_and_named() throws IOException {
        Path zoo = folder.resolve("zoo/manifest.jsonl");
        Files.writeString(zoo, Files.readString(zoo).replace("Ein Löwe\",\"lang\":\"de", "crash\",\"lang\":\"fr"));
        BuildReport report = build(new FakeEngine()).run(BuildListener.SILENT, List.of(new FakeEngine()));
        assertThat(report.skipped()).anyMatch(s -> s.equals("../lion: \"crash\": flite: failed with exit code 139"));
        assertThat(Corpus.load(out).items().getFirst().views(Modality.AUDIO)).hasSize(4);
    }

    @Test
    void an_engine_that_says_nothing_at_all_ends_the_build_with_its_reason() throws IOException {
        Path zoo = folder.resolve("zoo/manifest.jsonl");
        Files.writeString(zoo, "{\"id\":\"a\",\"text\":[{\"text\":\"crash\",\"lang\":\"en\"}]}");
        var build = new VoicesBuild(folder.resolve("zoo"), out, List.of("en"), Map.of("flite", 2));
        assertThatThrownBy(() -> build.run(BuildListener.SILENT, List.of(new FakeEngine())))
                .isInstanceOf(CorpusException.class)
                .hasMessageEndingWith(
                        "nothing for the corpus 'voices' was found; left out, the first of 2: a: \"crash\": flite: failed with exit code 139");
        assertThat(out.resolve("manifest.jsonl")).doesNotExist();
    }

    @Test
    void a_folder_with_another_corpus_is_left_as_it_is() throws IOException {
        Path zoo = folder.resolve("zoo");
        byte[] manifest = Files.readAllBytes(zoo.resolve("manifest.jsonl"));
        var build = new VoicesBuild(zoo, zoo, List.of("en"), Map.of("flite", 1));
        assertThatThrownBy(() -> build.run(BuildListener.SILENT, List.of(new FakeEngine())))
                .isInstanceOf(CorpusException.class)
                .hasMessageEndingWith("item '../lion' isn't of the corpus 'voices'; build into a folder of its own");
        assertThat(zoo.resolve("manifest.jsonl")).hasBinaryContent(manifest);
    }

    @Test
    void a_language_that_no_engine_speaks_is_refused() {
        var build = new VoicesBuild(folder.resolve("zoo"), out, List.of("xx"), Map.of("flite", 1));
        assertThatThrownBy(() -> build.run(BuildListener.SILENT, List.of(new FakeEngine())))
                .isInstanceOf(ConfigException.class)
                .hasMessage("none of [flite] speaks 'xx'");
    }

    @Test
    void a_corpus_without_captions_in_the_languages_is_refused() throws IOException {
        Path mute = Files.createDirectory(folder.resolve("mute"));
        Files.writeString(
                mute.resolve("manifest.jsonl"), "{\"id\":\"a\",\"text\":[{\"text\":\"Ein Löwe\",\"lang\":\"de\"}]}\n");
        var build = new VoicesBuild(mute, out, List.of("en", "fr"), Map.of("flite", 1));
        assertThatThrownBy(() -> build.run(BuildListener.SILENT, List.of(new FakeEngine())))
                .isInstanceOf(CorpusException.class)
                .hasMessageEndingWith(
                        "manifest.jsonl: has no caption in [en, fr], as the field 'lang' of a text says it");
        var misspelt = new VoicesBuild(folder.resolve("zoo"), out, List.of("en", "fr-FR"), Map.of("flite", 1));
        assertThatThrownBy(() -> misspelt.run(BuildListener.SILENT, List.of(new FakeEngine())))
                .isInstanceOf(CorpusException.class)
                .hasMessageEndingWith(
                        "manifest.jsonl: has no caption in [fr-FR], as the field 'lang' of a text says it");
    }

    @Test
    void engines_and_languages_are_checked() {
        assertThatThrownBy(() -> new VoicesBuild(folder, out, List.of("en"), Map.of("siri", 1)))
                .isInstanceOf(ConfigException.class)
                .hasMessage("voices are siri=1; expected espeak-ng or flite and a number from 0 to 14");
        assertThatThrownBy(() -> new VoicesBuild(folder, out, List.of("../x"), Map.of()))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining("'../x' is no language");
    }

    private VoicesBuild build(FakeEngine engine) {
        return new VoicesBuild(folder.resolve("zoo"), out, List.of("en", "fr"), Map.of(engine.name(), 2));
    }

    /** Hums instead of speaking. */
    private static final class FakeEngine implements SpeechEngine {
        private static final int RATE = 8000;

        final Queue<String> spoken = new ConcurrentLinkedQueue<>();

        @Override
        public String name() {
            return "flite";
        }

        @Override
        public String version() {
            return "9.9";
        }

        @Override
        public boolean speaks(String lang) {
            return !lang.equals("xx");
        }

        @Override
        public List<Voice> voices(String lang, int count, SplittableRandom random) {
            return IntStream.range(0, count)
                    .mapToObj(i -> new Voice("flite/" + i, List.of("-pitch", String.valueOf(random.nextInt(1 << 20)))))
                    .toList();
        }

        @Override
        public void speak(String text, Voice voice, Path wav) {
            spoken.add(text);
            if (text.equals("crash")) {
                throw new CorpusException("failed with exit code 139");
            }
            byte[] pcm = new byte[3 * RATE];
            for (int i = RATE; i < 2 * RATE && !text.equals("silent"); i += 2) {
                pcm[i + 1] = (byte) (64 * Math.sin(i * .3));
            }
            var format = new AudioFormat(RATE, 16, 1, true, false);
            var stream = new AudioInputStream(new java.io.ByteArrayInputStream(pcm), format, pcm.length / 2);
            try {
                AudioSystem.write(stream, AudioFileFormat.Type.WAVE, wav.toFile());
            } catch (IOException e) {
                throw new java.io.UncheckedIOException(e);
            }
        }
    }
}
