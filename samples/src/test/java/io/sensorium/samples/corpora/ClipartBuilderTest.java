package io.sensorium.samples.corpora;

import static org.assertj.core.api.Assertions.assertThat;

import io.sensorium.core.Modality;
import io.sensorium.corpus.Corpus;
import io.sensorium.corpus.View;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ClipartBuilderTest {
    private static final String ROOT = "./usr/share/openclipart/svg/";

    @TempDir
    Path folder;

    @Test
    void drawings_are_called_by_their_titles_or_else_by_their_files() throws IOException {
        var archive = new TinyArchive()
                .file(
                        ROOT + "animals/deer_01.svg",
                        drawing("#010101", "Brown_Deer", "deer", "HASH(0x8a)", "a@b.org", "wild_animal"))
                .file(
                        ROOT + "animals/copy.svg",
                        drawing("#010101", "Brown_Deer", "deer", "HASH(0x8a)", "a@b.org", "wild_animal"))
                .file(ROOT + "signs/nato.svg", drawing("#020202", "Clipart by Some One - NATO"))
                .file(ROOT + "signs/x1.svg", Pictures.svg("#030303"))
                .file(ROOT + "signs/bad.svg", "<svg><metadata>")
                .link(ROOT + "signs/link.svg", "nato.svg");
        for (int i = 0; i < 9; i++) {
            archive.file(
                    ROOT + "theme/red_rocket_%d.svg".formatted(i), drawing("#1010" + (10 + i), "Lemon theme", "icon"));
        }
        var clipart = new PackagedCorpus(folder, new ClipartBuilder()).debian("openclipart-svg", archive);
        BuildReport report = clipart.build(BuildListener.SILENT);

        Corpus corpus = clipart.corpus();
        assertThat(corpus.items()).hasSize(10);
        assertThat(texts(corpus, "animals/deer_01")).containsExactly("Brown Deer", "deer, wild animal");
        assertThat(texts(corpus, "signs/nato")).containsExactly("NATO");
        assertThat(texts(corpus, "theme/red_rocket_0")).containsExactly("red rocket", "icon");
        assertThat(report.duplicates()).isOne();
        assertThat(report.skipped())
                .contains(
                        "usr/share/openclipart/svg/signs/x1.svg: says nothing of what it shows",
                        "1 drawings that are called and tagged as 8 others are")
                .anyMatch(s -> s.startsWith("usr/share/openclipart/svg/signs/bad.svg: "));
        assertThat(clipart.repeats("img/signs/nato.svg")).isTrue();
    }

    @Test
    void the_title_is_the_works_own_and_entities_are_not_looked_at() {
        assertThat(SvgMetadata.read(Pictures.svg("red", rdf("A  lion", "cat"))))
                .isEqualTo(new SvgMetadata("A  lion", List.of("cat")));
        String bomb = "<!DOCTYPE svg [<!ENTITY a SYSTEM 'file:///etc/passwd'>]><svg>&a;</svg>";
        assertThat(SvgMetadata.read(bomb.getBytes(StandardCharsets.UTF_8))).isEqualTo(new SvgMetadata("", List.of()));
    }

    private static byte[] drawing(String colour, String title, String... keywords) {
        return Pictures.svg(colour, rdf(title, keywords));
    }

    private static String rdf(String title, String... keywords) {
        var bag = new StringBuilder();
        for (String keyword : keywords) {
            bag.append("<rdf:li>").append(keyword).append("</rdf:li>");
        }
        return """
                <metadata><rdf:RDF xmlns:rdf='http://www.w3.org/1999/02/22-rdf-syntax-ns#' xmlns:dc='http://purl.org/dc/elements/1.1/'
                xmlns='http://web.resource.org/cc/'><Work><dc:publisher><Agent><dc:title>A library</dc:title></Agent></dc:publisher>
                <dc:title>%s</dc:title><dc:subject><rdf:Bag>%s</rdf:Bag></dc:subject></Work></rdf:RDF></metadata>""".formatted(title, bag);
    }

    private static List<String> texts(Corpus corpus, String id) {
        return corpus.items().stream()
                .filter(item -> item.id().equals(id))
                .map(item -> item.views(Modality.TEXT))
                .flatMap(List::stream)
                .map(View::text)
                .map(String::valueOf)
                .toList();
    }
}
