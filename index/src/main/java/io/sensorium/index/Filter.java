package io.sensorium.index;

import java.util.Collection;
import java.util.List;

/**
 * Which views a search or a deletion concerns, by their {@link Metadata}. A field with several values matches if any of
 * them does; so {@code not(eq("tag", "cat"))} is every view without the tag, including those with no tags.
 *
 * <pre>{@code
 * Filter.eq("album", "pets").and(Filter.not(Filter.in("year", "2023", "2024")))
 * }</pre>
 *
 * At most 500 nodes and 64 levels; one {@link In} holds any number of values and counts as one.
 */
public sealed interface Filter {
    /** The field has exactly this value. */
    record Equals(String field, String value) implements Filter {
        public Equals {
            Metadata.checkName(field);
        }
    }

    /** The field has one of these values; none matches if there are none. */
    record In(String field, List<String> values) implements Filter {
        public In {
            Metadata.checkName(field);
            values = List.copyOf(values);
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
        return new Equals(field, value);
    }

    static Filter in(String field, String... values) {
        return new In(field, List.of(values));
    }

    static Filter in(String field, Collection<String> values) {
        return new In(field, List.copyOf(values));
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
