package io.sensorium.index;

import io.sensorium.core.Sha256;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import org.apache.lucene.document.BinaryPoint;
import org.apache.lucene.document.Document;
import org.apache.lucene.document.Field;
import org.apache.lucene.document.StringField;
import org.apache.lucene.index.Term;
import org.apache.lucene.search.Query;
import org.apache.lucene.util.NumericUtils;
import org.jspecify.annotations.Nullable;

/**
 * How metadata lies in Lucene: for every value a term {@code field NUL type text}, by which it is found again exactly; for
 * every field its name; for every number and date also a point of two dimensions, (hash of the field's name and type,
 * value), so that a range is a box. All fields of an application share these three fields of Lucene's: many names don't
 * grow every segment.
 */
final class Values {
    static final String META = "meta";
    private static final String NAMES = "meta_field";
    private static final String POINTS = "meta_point";
    private static final char SEPARATOR = '\0';

    private Values() {}

    static void add(Document document, String field, List<Value> values) {
        document.add(new StringField(NAMES, field, Field.Store.NO));
        for (Value value : values) {
            String term = term(field, value);
            document.add(new StringField(META, term, Field.Store.NO));
            axis(value)
                    .ifPresent(axis ->
                            document.add(new BinaryPoint(POINTS, hash(axis.type(), field), bytes(axis.position()))));
        }
    }

    /** All that {@link #read} needs. */
    static List<String> terms(Metadata metadata) {
        var terms = new ArrayList<String>();
        metadata.fields().forEach((field, values) -> values.forEach(value -> terms.add(term(field, value))));
        return terms;
    }

    static Metadata read(List<String> terms) {
        var fields = new TreeMap<String, List<Value>>();
        for (String term : terms) {
            int end = term.indexOf(SEPARATOR);
            fields.computeIfAbsent(term.substring(0, end), f -> new ArrayList<>())
                    .add(decode(term.substring(end + 1)));
        }
        return new Metadata(fields);
    }

    /** The term by which a view with this value is found. */
    static Term exactly(String field, Value value) {
        return new Term(META, term(field, value));
    }

    static Term exists(String field) {
        return new Term(NAMES, field);
    }

    static String term(String field, Value value) {
        return field
                + SEPARATOR
                + switch (value) {
                    case Value.Str string -> "s" + string.value();
                    case Value.Num number -> "n" + number.value();
                    case Value.Date date -> "d" + date.value().toEpochMilli();
                    case Value.Bool bool -> "b" + bool.value();
                };
    }

    static Query within(String field, @Nullable Value from, @Nullable Value to) {
        char type = (from == null ? to : from) instanceof Value.Num ? 'n' : 'd';
        byte[] hash = hash(type, field);
        long least = from == null ? Long.MIN_VALUE : axis(from).orElseThrow().position();
        long most = to == null ? Long.MAX_VALUE : axis(to).orElseThrow().position();
        return BinaryPoint.newRangeQuery(POINTS, new byte[][] {hash, bytes(least)}, new byte[][] {hash, bytes(most)});
    }

    private static Value decode(String text) {
        String value = text.substring(1);
        return switch (text.charAt(0)) {
            case 's' -> new Value.Str(value);
            case 'n' -> new Value.Num(Double.parseDouble(value));
            case 'd' -> new Value.Date(Instant.ofEpochMilli(Long.parseLong(value)));
            case 'b' -> new Value.Bool(Boolean.parseBoolean(value));
            default -> throw new IllegalStateException("metadata of unknown type " + text.charAt(0));
        };
    }

    /** Where an ordered value stands among those of its type. */
    private record Axis(char type, long position) {}

    private static Optional<Axis> axis(Value value) {
        return switch (value) {
            case Value.Num number -> Optional.of(new Axis('n', NumericUtils.doubleToSortableLong(number.value())));
            case Value.Date date -> Optional.of(new Axis('d', date.value().toEpochMilli()));
            case Value.Str string -> Optional.empty();
            case Value.Bool bool -> Optional.empty();
        };
    }

    private static byte[] hash(char type, String field) {
        return Arrays.copyOf(Sha256.digest().digest((type + field).getBytes(StandardCharsets.UTF_8)), Long.BYTES);
    }

    private static byte[] bytes(long sortable) {
        byte[] bytes = new byte[Long.BYTES];
        NumericUtils.longToSortableBytes(sortable, bytes, 0);
        return bytes;
    }
}
