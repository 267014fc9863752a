package io.sensorium.index;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sensorium.core.ConfigException;
import io.sensorium.core.Text;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Random filters over random metadata, in the index and by their definition. */
class FilterTest {
    private static final List<String> FIELDS = List.of("album", "tag", "ta", "a=b c.é");
    private static final List<Value> VALUES = List.of(
            Value.of(""),
            Value.of("pets"),
            Value.of("g\0pets"),
            Value.of("ﬁ \n*"),
            Value.of("7"),
            Value.of(7),
            Value.of(-0.5),
            Value.of(0.0),
            Value.of(1e300),
            Value.of(-1e300),
            Value.of(Instant.ofEpochMilli(7)),
            Value.of(Instant.parse("2024-05-01T12:00:00.123456789Z")),
            Value.of(Instant.parse("-1000-01-01T00:00:00Z")),
            Value.of(true),
            Value.of(false));

    private final Random random = new Random(7);
    private final Map<String, Metadata> metadata = new TreeMap<>();
    private VectorIndex index;

    @TempDir
    Path folder;

    @BeforeEach
    void write() {
        index = VectorIndex.open(folder, new ToyModel());
        for (int i = 0; i < 300; i++) {
            var builder = Metadata.builder();
            for (String field : FIELDS) {
                random.ints(random.nextInt(4), 0, VALUES.size()).forEach(v -> builder.put(field, VALUES.get(v)));
            }
            metadata.put("" + i, builder.build());
            index.upsert("" + i, Text.of("" + i), metadata.get("" + i));
        }
    }

    @AfterEach
    void close() {
        index.close();
    }

    @Test
    void a_search_finds_exactly_what_matches_the_filter_by_its_definition() {
        int partial = 0;
        for (int i = 0; i < 300; i++) {
            Filter filter = filter(3);
            List<String> expected = metadata.keySet().stream()
                    .filter(id -> matches(filter, metadata.get(id)))
                    .toList();
            assertThat(index.search(Query.of(Text.of("any")).where(filter).top(1000)))
                    .as("%s", filter)
                    .extracting(Hit::id)
                    .containsExactlyInAnyOrderElementsOf(expected);
            partial += expected.isEmpty() || expected.size() == metadata.size() ? 0 : 1;
        }
        // the comparison has something to compare
        assertThat(partial).isGreaterThan(100);
    }

    @Test
    void a_deletion_leaves_exactly_what_does_not_match() {
        for (int i = 0; i < 5; i++) {
            Filter filter = filter(2);
            metadata.values().removeIf(m -> matches(filter, m));
            index.deleteWhere(filter);
            assertThat(index.ids().collect(Collectors.toSet())).isEqualTo(metadata.keySet());
        }
    }

    @Test
    void metadata_comes_back_as_it_was_written() {
        metadata.forEach((id, m) ->
                assertThat(index.get(id).getFirst().metadata()).as(id).isEqualTo(m));
    }

    @Test
    void a_value_too_long_for_a_term_matches_nothing() {
        var endless = "x".repeat(100_000);
        for (Filter filter : List.of(Filter.eq("album", endless), Filter.in("album", endless, endless + "y"))) {
            assertThat(index.search(Query.of(Text.of("any")).where(filter))).isEmpty();
        }
    }

    @Test
    void an_in_takes_many_values() {
        var many =
                IntStream.range(0, 20_000).mapToObj(i -> "value " + i).collect(Collectors.toCollection(ArrayList::new));
        many.add("pets");
        assertThat(index.search(
                        Query.of(Text.of("any")).where(Filter.in("album", many)).top(1000)))
                .hasSameSizeAs(index.search(Query.of(Text.of("any"))
                        .where(Filter.eq("album", "pets"))
                        .top(1000)))
                .isNotEmpty();
    }

    @Test
    void a_filter_at_the_limit_works_and_one_too_large_or_too_deep_is_refused() {
        var leaves = IntStream.range(0, 499)
                .mapToObj(i -> Filter.not(Filter.eq("album", "v" + i)))
                .toList();
        var half = new Filter.And(leaves.subList(0, 249));
        assertThat(index.search(Query.of(Text.of("any")).where(half).top(1000))).hasSize(300);
        assertThatThrownBy(() -> index.search(Query.of(Text.of("any")).where(new Filter.Or(leaves))))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining("more than 500 nodes or 64 levels");

        Filter deep = Filter.eq("album", "pets");
        for (int i = 0; i < 100_000; i++) {
            deep = Filter.not(deep);
        }
        Filter tooDeep = deep;
        assertThatThrownBy(() -> index.deleteWhere(tooDeep)).isInstanceOf(ConfigException.class);
    }

    @Test
    void keywords_and_a_filter_that_are_too_large_only_together_are_refused() {
        // each ideograph is a word
        String words = IntStream.range(0, 1000)
                .mapToObj(i -> Character.toString(0x4E00 + i))
                .collect(Collectors.joining());
        var filter = new Filter.And(IntStream.range(0, 40)
                .mapToObj(i -> Filter.not(Filter.eq("album", "v" + i)))
                .toList());
        assertThat(index.search(Query.keywords(words))).isEmpty();
        assertThatThrownBy(() -> index.search(Query.keywords(words).where(filter)))
                .isInstanceOf(ConfigException.class)
                .hasMessage("the keywords and the filter have more than 1,024 parts together; use fewer words,"
                        + " or put alternatives of one field into one Filter.in");
    }

    private Filter filter(int depth) {
        int kind = random.nextInt(depth == 0 ? 4 : 7);
        String field = FIELDS.get(random.nextInt(FIELDS.size()));
        return switch (kind) {
            case 0 -> new Filter.Equals(field, VALUES.get(random.nextInt(VALUES.size())));
            case 1 -> new Filter.In(field, VALUES.subList(random.nextInt(VALUES.size()), VALUES.size()));
            case 2 -> Filter.exists(field);
            case 3 -> range(field);
            case 4 -> Filter.not(filter(depth - 1));
            case 5 -> new Filter.And(filters(depth));
            default -> new Filter.Or(filters(depth));
        };
    }

    private Filter range(String field) {
        boolean numbers = random.nextBoolean();
        List<Value> bounds = VALUES.stream()
                .filter(v -> numbers ? v instanceof Value.Num : v instanceof Value.Date)
                .toList();
        Value from = bounds.get(random.nextInt(bounds.size()));
        Value to = bounds.get(random.nextInt(bounds.size()));
        return switch (random.nextInt(4)) {
            case 0 -> new Filter.Range(field, null, to);
            case 1 -> new Filter.Range(field, from, null);
            default -> new Filter.Range(field, from, to);
        };
    }

    private List<Filter> filters(int depth) {
        return IntStream.range(0, random.nextInt(4))
                .mapToObj(i -> filter(depth - 1))
                .toList();
    }

    private static boolean matches(Filter filter, Metadata metadata) {
        return switch (filter) {
            case Filter.Equals eq -> metadata.typed(eq.field()).contains(eq.value());
            case Filter.In in -> in.values().stream().anyMatch(metadata.typed(in.field())::contains);
            case Filter.Range range ->
                metadata.typed(range.field()).stream().anyMatch(v -> between(range.from(), v, range.to()));
            case Filter.Exists exists -> !metadata.typed(exists.field()).isEmpty();
            case Filter.Not not -> !matches(not.filter(), metadata);
            case Filter.And and -> and.all().stream().allMatch(f -> matches(f, metadata));
            case Filter.Or or -> or.any().stream().anyMatch(f -> matches(f, metadata));
        };
    }

    private static boolean between(Value from, Value value, Value to) {
        return (from == null || notAbove(from, value)) && (to == null || notAbove(value, to));
    }

    private static boolean notAbove(Value low, Value high) {
        return low instanceof Value.Num a && high instanceof Value.Num b && a.value() <= b.value()
                || low instanceof Value.Date c
                        && high instanceof Value.Date d
                        && !c.value().isAfter(d.value());
    }
}
