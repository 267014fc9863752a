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
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TrivialFloorsTest {
    @TempDir
    private Path folder;

    /** Held-out items look and read like the training items of their colour. */
    private Corpus colours(boolean likeTraining) throws IOException {
        var lines = new ArrayList<String>();
        List<String> names =
                List.of("crimson", "emerald", "sapphire", "ivory", "obsidian", "lemon", "fuchsia", "azure");
        for (String split : List.of("train", "test")) {
            for (int i = 0; i < names.size(); i++) {
                String name = names.get(i);
                int hue = likeTraining || split.equals("train") ? i : (i + 3) % names.size();
                String file = split + i + ".png";
                var image = new BufferedImage(24, 24, BufferedImage.TYPE_INT_RGB);
                for (int y = 0; y < 24; y++) {
                    for (int x = 0; x < 24; x++) {
                        image.setRGB(x, y, Color.HSBtoRGB(hue / 8f, 1, (x + y) / 48f));
                    }
                }
                ImageIO.write(image, "png", folder.resolve(file).toFile());
                lines.add("""
                        {"id":"%s%d","split":"%s","image":[{"path":"%s"}],"text":[{"text":"%s %s","lang":"en"}]}""".formatted(split, i, split, file, split.equals("train") ? "a" : "an", name));
            }
        }
        Files.write(folder.resolve("manifest.jsonl"), lines);
        return Corpus.load(folder);
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
        var providers = Modalities.installed();
        providers.keySet().remove(Modality.AUDIO);
        return TrivialFloors.between(corpus, providers, ViewFilter.split("test"), ViewFilter.split("train"));
    }
}
