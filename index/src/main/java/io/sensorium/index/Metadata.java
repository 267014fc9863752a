package io.sensorium.index;

import io.sensorium.core.ConfigException;
import io.sensorium.core.Messages;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * What an application wants to know again about a view: named fields, each with one {@linkplain Value value} or several,
 * strings, numbers, dates or booleans. It is stored with the view, comes back with every {@link Hit}, and every value can
 * be {@linkplain Filter filtered} by. Immutable; fields are kept in alphabetical order, the values of a field in the order
 * given.
 *
 * <pre>{@code
 * Metadata.builder().put("tags", "cat", "asleep").put("year", 2024).put("taken", Instant.now()).put("public", true).build()
 * }</pre>
 *
 * @param fields the values by field; a field with an empty list is the same as an absent field
 */
public record Metadata(Map<String, List<Value>> fields) {
    /** How the names of fields begin that an embedding job keeps for itself; what is shown to people leaves them out. */
    public static final String RESERVED = "sensorium.";

    private static final int NAME_LIMIT = 256;
    private static final Metadata NONE = new Metadata(Map.of());

    /** @throws ConfigException if a field name is blank, longer than 256 characters or holds a control character */
    public Metadata {
        var copy = new TreeMap<String, List<Value>>();
        fields.forEach((name, values) -> {
            checkName(name);
            if (!values.isEmpty()) {
                copy.put(name, List.copyOf(values));
            }
        });
        fields = Collections.unmodifiableMap(copy);
    }

    /** No fields. */
    public static Metadata none() {
        return NONE;
    }

    public static Metadata of(String field, String value) {
        return builder().put(field, value).build();
    }

    /** A field given twice has both values. */
    public static Metadata of(String field1, String value1, String field2, String value2) {
        return builder().put(field1, value1).put(field2, value2).build();
    }

    public static Builder builder() {
        return new Builder();
    }

    /** The first value of the field as text: a number as in {@code 7}, a date as in {@code 2024-05-01T12:00:00Z}. */
    public Optional<String> value(String field) {
        return values(field).stream().findFirst();
    }

    /** All values of the field as text; empty if it has none. */
    public List<String> values(String field) {
        return typed(field).stream().map(Value::toString).toList();
    }

    /** All values of the field; empty if it has none. */
    public List<Value> typed(String field) {
        return fields.getOrDefault(field, List.of());
    }

    /** The first number of the field. */
    public OptionalDouble number(String field) {
        return all(field, Value.Num.class).mapToDouble(Value.Num::value).findFirst();
    }

    /** The first date of the field. */
    public Optional<Instant> date(String field) {
        return all(field, Value.Date.class).map(Value.Date::value).findFirst();
    }

    /** The first boolean of the field. */
    public Optional<Boolean> bool(String field) {
        return all(field, Value.Bool.class).map(Value.Bool::value).findFirst();
    }

    private <V extends Value> Stream<V> all(String field, Class<V> type) {
        return typed(field).stream().filter(type::isInstance).map(type::cast);
    }

    /** Like {@code {album=pets, tags=[cat, asleep]}}. */
    @Override
    public String toString() {
        var shown = new ArrayList<String>(fields.size());
        fields.forEach((name, values) -> {
            if (!name.startsWith(RESERVED)) {
                List<String> excerpts = values.stream()
                        .map(value -> Messages.excerpt(value.toString()))
                        .toList();
                shown.add(name + "=" + (excerpts.size() == 1 ? excerpts.getFirst() : excerpts));
            }
        });
        return "{" + String.join(", ", shown) + "}";
    }

    static void checkName(String name) {
        if (name.isBlank() || name.length() > NAME_LIMIT || hasControl(name)) {
            throw new ConfigException(
                    "metadata field '%s' (%d characters): a name has 1 to %d characters, not all blank, no control character"
                            .formatted(Messages.excerpt(name), name.length(), NAME_LIMIT));
        }
    }

    // every hit's metadata passes here, and a stream takes several times as long
    private static boolean hasControl(String name) {
        for (int i = 0; i < name.length(); i++) {
            if (Character.isISOControl(name.charAt(i))) {
                return true;
            }
        }
        return false;
    }

    /** Collects fields; not thread-safe. A field put again gains values. */
    public static final class Builder {
        private final Map<String, List<Value>> fields = new TreeMap<>();

        private Builder() {}

        public Builder put(String field, String... values) {
            return put(field, List.of(values));
        }

        public Builder put(String field, Collection<String> values) {
            values.forEach(value -> put(field, Value.of(value)));
            return this;
        }

        /** @throws ConfigException if it is beyond ±2⁵³ */
        public Builder put(String field, long value) {
            return put(field, Value.of(value));
        }

        /** @throws ConfigException if it is not finite */
        public Builder put(String field, double value) {
            return put(field, Value.of(value));
        }

        public Builder put(String field, Instant value) {
            return put(field, Value.of(value));
        }

        public Builder put(String field, boolean value) {
            return put(field, Value.of(value));
        }

        public Builder put(String field, Value value) {
            fields.computeIfAbsent(field, f -> new ArrayList<>()).add(value);
            return this;
        }

        /** @throws ConfigException as {@link Metadata#Metadata(Map)} */
        public Metadata build() {
            return new Metadata(fields);
        }
    }
}
