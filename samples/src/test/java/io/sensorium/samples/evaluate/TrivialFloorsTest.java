package io.sensorium.samples.evaluate;

import static io.sensorium.core.Modality.IMAGE;
import static io.sensorium.core.Modality.TEXT;
import static org.assertj.core.api.Assertions.assertThat;

import io.sensorium.core.Modality;
import io.sensorium.core.Vectors;
import io.sensorium.corpus.Corpus;
import io.sensorium.corpus.ViewFilter;
import io.sensorium.eval.DirectionReport;
import io.sensorium.spi.Modalities;
import java.awt.Color;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import javax.imageio.ImageIO;
import javax.sound.sampled.AudioFileFormat;
import javax.sound.sampled.AudioFormat;
import javax.sound.sampled.AudioInputStream;
import javax.sound.sampled.AudioSystem;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TrivialFloorsTest {
    private static final List<String> ENGLISH =
            List.of("crimson", "emerald", "sapphire", "ivory", "obsidian", "lemon", "fuchsia", "azure");
    private static final List<String> GREEK =
            List.of("βυσσινί", "σμαράγδι", "ζαφείρι", "φίλντισι", "μαύρο", "λεμονί", "φούξια", "γαλάζιο");

    @TempDir
    private Path folder;

    /** Held-out items look and read like the training items of their colour. */
    private Corpus colours(boolean likeTraining) throws IOException {
        var lines = new ArrayList<String>();
        for (String split : List.of("train", "test")) {
            for (int i = 0; i < ENGLISH.size(); i++) {
                String name = ENGLISH.get(i);
                int hue = likeTraining || split.equals("train") ? i : (i + 3) % ENGLISH.size();
                String file = picture(split + i, hue);
                lines.add("""
                        {"id":"%s%d","split":"%s","image":[{"path":"%s"}],"text":[{"text":"%s %s","lang":"en"}]}""".formatted(split, i, split, file, split.equals("train") ? "a" : "an", name));
            }
        }
        Files.write(folder.resolve("manifest.jsonl"), lines);
        return Corpus.load(folder);
    }

    private String picture(String name, int hue) throws IOException {
        var image = new BufferedImage(24, 24, BufferedImage.TYPE_INT_RGB);
        for (int y = 0; y < 24; y++) {
            for (int x = 0; x < 24; x++) {
                image.setRGB(x, y, Color.HSBtoRGB(hue / 8f, 1, (x + y) / 48f));
            }
        }
        ImageIO.write(image, "png", folder.resolve(name + ".png").toFile());
        return name + ".png";
    }

    @Test
    void a_training_item_leads_from_a_picture_to_its_words_and_back() throws IOException {
        for (DirectionReport floor : between(colours(true))) {
            assertThat(floor.recallAt1()).isEqualTo(1);
        }
        List<DirectionReport> misled = between(colours(false));
        assertThat(misled).extracting(DirectionReport::query).containsExactlyInAnyOrder(IMAGE, TEXT);
        assertThat(misled).extracting(DirectionReport::recallAt1).containsOnly(0.0);
    }

    @Test
    void a_picture_leads_to_its_words_in_every_language() throws IOException {
        var lines = new ArrayList<String>();
        for (String split : List.of("train", "test")) {
            for (int i = 0; i < 8; i++) {
                lines.add("""
                        {"id":"%s%d","split":"%s","image":[{"path":"%s"}],"text":[{"text":"%s","lang":"en"},{"text":"%s","lang":"el"}]}""".formatted(split, i, split, picture(split + i, i), ENGLISH.get(i), GREEK.get(i)));
            }
        }
        Files.write(folder.resolve("manifest.jsonl"), lines);
        Corpus corpus = Corpus.load(folder);
        for (String language : List.of("en", "el")) {
            assertThat(between(corpus, "test,lang=" + language, "train"))
                    .as(language)
                    .hasSize(2)
                    .extracting(DirectionReport::recallAt1)
                    .containsOnly(1.0);
        }
        assertThat(between(corpus, "test", "train"))
                .extracting(DirectionReport::recallAt1)
                .containsOnly(1.0);
        // letters that training never has lead nowhere, which is a floor, too
        assertThat(between(corpus, "test,lang=el", "train,lang=en")).hasSize(2);
    }

    @Test
    void a_language_that_training_lacks_goes_by_the_letters_of_the_others() throws IOException {
        var lines = new ArrayList<String>();
        for (String split : List.of("train", "test")) {
            for (int i = 0; i < 8; i++) {
                String texts = split.equals("train")
                        ? """
                        {"text":"%s","lang":"el"},{"text":"%s","lang":"en"}""".formatted(GREEK.get(i), ENGLISH.get(i))
                        : """
                        {"text":"%s!","lang":"xx"}""".formatted(ENGLISH.get(i));
                lines.add("""
                        {"id":"%s%d","split":"%s","image":[{"path":"%s"}],"text":[%s]}""".formatted(split, i, split, picture(split + i, i), texts));
            }
        }
        Files.write(folder.resolve("manifest.jsonl"), lines);
        assertThat(between(Corpus.load(folder), "test", "train"))
                .hasSize(2)
                .extracting(DirectionReport::recallAt1)
                .containsOnly(1.0);
    }

    /** In English, each tone stands for another item than in Greek: the nearest clip of all is English and misleads. */
    @Test
    void a_spoken_query_goes_by_clips_of_its_own_language() throws IOException {
        var lines = new ArrayList<String>();
        for (int i = 0; i < 8; i++) {
            String english = clip("en" + i, 300 * (1 + (i + 3) % 8));
            String greek = clip("el" + i, 300 * (1 + i) + 40);
            lines.add("""
                    {"id":"train%d","split":"train","audio":[{"path":"%s","lang":"en"},{"path":"%s","lang":"el"}],"text":[{"text":"%s","lang":"en"},{"text":"%s","lang":"el"}]}""".formatted(i, english, greek, ENGLISH.get(i), GREEK.get(i)));
            lines.add("""
                    {"id":"test%d","split":"test","audio":[{"path":"%s","lang":"el"}],"text":[{"text":"%s","lang":"el"}]}""".formatted(i, clip("asked" + i, 300 * (1 + i)), GREEK.get(i)));
        }
        Files.write(folder.resolve("manifest.jsonl"), lines);
        var providers = Modalities.installed();
        providers.keySet().remove(IMAGE);
        List<DirectionReport> floors = TrivialFloors.between(
                Corpus.load(folder), providers, ViewFilter.split("test"), ViewFilter.split("train"));
        assertThat(floors).hasSize(2).extracting(DirectionReport::recallAt1).containsOnly(1.0);
    }

    private String clip(String name, int hertz) throws IOException {
        byte[] samples = new byte[32_000];
        for (int i = 0; i < samples.length / 2; i++) {
            int value = (int) (12_000 * Math.sin(2 * Math.PI * hertz * i / 16_000));
            samples[2 * i] = (byte) value;
            samples[2 * i + 1] = (byte) (value >> 8);
        }
        var format = new AudioFormat(16_000, 16, 1, true, false);
        var stream = new AudioInputStream(new ByteArrayInputStream(samples), format, samples.length / 2);
        AudioSystem.write(
                stream, AudioFileFormat.Type.WAVE, folder.resolve(name + ".wav").toFile());
        return name + ".wav";
    }

    @Test
    void without_training_views_of_both_modalities_there_is_no_floor() throws IOException {
        assertThat(TrivialFloors.between(
                        colours(true),
                        Modalities.installed(),
                        ViewFilter.split("test"),
                        ViewFilter.parse("train,image=nowhere")))
                .isEmpty();
    }

    @Test
    void texts_are_alike_by_their_letters() {
        float[] lion = TrivialFeatures.characterRuns("A lion.");

        assertThat(Vectors.dot(lion, TrivialFeatures.characterRuns("a LION. "))).isGreaterThan(.999);
        assertThat(Vectors.dot(lion, TrivialFeatures.characterRuns("The lions")))
                .isGreaterThan(Vectors.dot(lion, TrivialFeatures.characterRuns("A zebra.")));
        assertThat(TrivialFeatures.characterRuns("")).hasSize(256);
    }

    private static List<DirectionReport> between(Corpus corpus) {
        return between(corpus, "test", "train");
    }

    private static List<DirectionReport> between(Corpus corpus, String queries, String training) {
        var providers = Modalities.installed();
        providers.keySet().remove(Modality.AUDIO);
        return TrivialFloors.between(corpus, providers, ViewFilter.parse(queries), ViewFilter.parse(training));
    }
}
