package io.sensorium.index;

import io.sensorium.core.ConfigException;
import java.time.Instant;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Which views a search or a deletion concerns, by their {@link Metadata}. A field with several values matches if any of
 * them does; so {@code not(eq("tag", "cat"))} is every view without the tag, including those with no tags. A value of
 * another type never matches: a range of numbers passes over strings.
 *
 * <pre>{@code
 * Filter.eq("album", "pets").and(Filter.range("year", 2020, 2024)).and(Filter.not(Filter.exists("hidden")))
 * }</pre>
 *
 * At most 500 nodes and 64 levels; one {@link In} holds any number of values and counts as one.
 */
public sealed interface Filter {
    /** The field has exactly this value. */
    record Equals(String field, Value value) implements Filter {
        public Equals {
            Metadata.checkName(field);
        }
    }

    /** The field has one of these values; none matches if there are none. */
    record In(String field, List<Value> values) implements Filter {
        public In {
            Metadata.checkName(field);
            values = List.copyOf(values);
        }
    }

    /**
     * The field has a number, or a date, between these, both included.
     *
     * @param from the least; null for no lower bound
     * @param to the greatest; null for no upper bound
     */
    record Range(
            String field, @Nullable Value from, @Nullable Value to) implements Filter {
        /** @throws ConfigException if the bounds are not both numbers or both dates, or both null */
        public Range {
            Metadata.checkName(field);
            boolean numbers = (from == null || from instanceof Value.Num) && (to == null || to instanceof Value.Num);
            boolean dates = (from == null || from instanceof Value.Date) && (to == null || to instanceof Value.Date);
            if (numbers == dates) {
                throw new ConfigException(
                        "range of '%s' is from %s to %s but needs one bound, and both numbers or dates"
                                .formatted(field, from, to));
            }
        }
    }

    /** Every one of them; all views match if there are none. */
    record And(List<Filter> all) implements Filter {
        public And {
            all = List.copyOf(all);
        }
    }

    /** At least one of them; no view matches if there are none. */
    record Or(List<Filter> any) implements Filter {
        public Or {
            any = List.copyOf(any);
        }
    }

    /** The views that the other leaves out. */
    record Not(Filter filter) implements Filter {}

    /** The field has a value at all. */
    record Exists(String field) implements Filter {
        public Exists {
            Metadata.checkName(field);
        }
    }

    static Filter eq(String field, String value) {
        return new Equals(field, Value.of(value));
    }

    static Filter eq(String field, double value) {
        return new Equals(field, Value.of(value));
    }

    static Filter eq(String field, Instant value) {
        return new Equals(field, Value.of(value));
    }

    static Filter eq(String field, boolean value) {
        return new Equals(field, Value.of(value));
    }

    static Filter in(String field, String... values) {
        return in(field, Arrays.asList(values));
    }

    static Filter in(String field, Collection<String> values) {
        return new In(field, values.stream().map(Value::of).toList());
    }

    /** Both bounds included. */
    static Filter range(String field, double from, double to) {
        return new Range(field, Value.of(from), Value.of(to));
    }

    /** Both bounds included, to the millisecond. */
    static Filter range(String field, Instant from, Instant to) {
        return new Range(field, Value.of(from), Value.of(to));
    }

    static Filter atLeast(String field, double from) {
        return new Range(field, Value.of(from), null);
    }

    static Filter atLeast(String field, Instant from) {
        return new Range(field, Value.of(from), null);
    }

    static Filter atMost(String field, double to) {
        return new Range(field, null, Value.of(to));
    }

    static Filter atMost(String field, Instant to) {
        return new Range(field, null, Value.of(to));
    }

    static Filter exists(String field) {
        return new Exists(field);
    }

    static Filter not(Filter filter) {
        return new Not(filter);
    }

    default Filter and(Filter other) {
        return new And(List.of(this, other));
    }

    default Filter or(Filter other) {
        return new Or(List.of(this, other));
    }
}
