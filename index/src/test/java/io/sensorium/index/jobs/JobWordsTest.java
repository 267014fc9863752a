package io.sensorium.index.jobs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.groups.Tuple.tuple;

import io.sensorium.core.Text;
import io.sensorium.index.Entry;
import io.sensorium.index.Hit;
import io.sensorium.index.Metadata;
import io.sensorium.index.Query;
import io.sensorium.index.VectorIndex;
import io.sensorium.index.View;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class JobWordsTest {
    @TempDir
    Path folder;

    @Test
    void a_text_that_a_job_embeds_is_found_by_its_own_words() {
        assertThat(found("tortoise", item("a", "a giant tortoise", null), item("b", "a lion", null)))
                .extracting(Hit::id, Hit::text)
                .containsExactly(tuple("a", "a giant tortoise"));
    }

    @Test
    void words_that_are_given_take_the_place_of_its_own() {
        assertThat(found("tortoise", item("a", "Schildkröte", "a giant tortoise")))
                .extracting(Hit::text)
                .containsExactly("a giant tortoise");
        assertThat(found("Schildkröte", item("b", "Schildkröte", "a giant tortoise")))
                .isEmpty();
    }

    @Test
    void a_book_is_found_by_the_words_of_its_beginning() {
        String beginning = "tortoise ".repeat(View.MAX_TEXT / 9);
        String book = beginning + " ".repeat(View.MAX_TEXT - beginning.length() - 1) + "🐢 end";

        assertThat(found("tortoise", item("a", book, null)).getFirst().text()).hasSize(View.MAX_TEXT - 1);
        assertThat(found("end", item("b", book, null))).isEmpty();
    }

    private List<Hit> found(String words, JobItem... items) {
        var model = new FakeModel();
        Path place = folder.resolve(items[0].id());
        try (VectorIndex index = VectorIndex.open(place, model)) {
            new EmbeddingJob(model, index, JobOptions.DEFAULT, new FakeModel.Told())
                    .run(List.of(items).iterator());
            return index.search(Query.keywords(words));
        }
    }

    private static JobItem item(String id, String text, String words) {
        return JobItem.of(new Entry(id, Text.of(text), Metadata.none(), words));
    }
}
