package io.sensorium.index;

import io.sensorium.core.ConfigException;
import io.sensorium.core.Messages;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * What an application wants to know again about a view: named fields, each with one string or several. It is stored with
 * the view, comes back with every {@link Hit}, and every value can be {@linkplain Filter filtered} by. Immutable; fields
 * are kept in alphabetical order, the values of a field in the order given.
 *
 * <p>A value is matched whole, as one term, so with its field name it may take up to 32,765 bytes of UTF-8; longer ones
 * are refused when the view is written.
 *
 * @param fields the values by field; a field with an empty list is the same as an absent field
 */
public record Metadata(Map<String, List<String>> fields) {
    private static final int NAME_LIMIT = 256;
    private static final Metadata NONE = new Metadata(Map.of());

    /** @throws ConfigException if a field name is blank, longer than 256 characters or holds a control character */
    public Metadata {
        var copy = new TreeMap<String, List<String>>();
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
        return new Metadata(Map.of(field, List.of(value)));
    }

    /** @throws IllegalArgumentException if a field is given twice */
    public static Metadata of(String field1, String value1, String field2, String value2) {
        return new Metadata(Map.of(field1, List.of(value1), field2, List.of(value2)));
    }

    /** @throws IllegalArgumentException if a field is given twice */
    public static Metadata of(
            String field1, String value1, String field2, String value2, String field3, String value3) {
        return new Metadata(Map.of(field1, List.of(value1), field2, List.of(value2), field3, List.of(value3)));
    }

    public static Builder builder() {
        return new Builder();
    }

    /** The first value of the field. */
    public Optional<String> value(String field) {
        return values(field).stream().findFirst();
    }

    /** All values of the field; empty if it has none. */
    public List<String> values(String field) {
        return fields.getOrDefault(field, List.of());
    }

    /** Like {@code {album=pets, tags=[cat, asleep]}}. */
    @Override
    public String toString() {
        var shown = new ArrayList<String>(fields.size());
        fields.forEach((name, values) -> shown.add(name + "="
                + (values.size() == 1
                        ? Messages.excerpt(values.getFirst())
                        : values.stream().map(Messages::excerpt).toList())));
        return "{" + String.join(", ", shown) + "}";
    }

    static void checkName(String name) {
        if (name.isBlank() || name.length() > NAME_LIMIT || name.chars().anyMatch(Character::isISOControl)) {
            throw new ConfigException(
                    "metadata field '%s' (%d characters): a name has 1 to %d characters, not all blank, no control character"
                            .formatted(Messages.excerpt(name), name.length(), NAME_LIMIT));
        }
    }

    /** Collects fields; not thread-safe. A field put again gains values. */
    public static final class Builder {
        private final Map<String, List<String>> fields = new TreeMap<>();

        private Builder() {}

        public Builder put(String field, String... values) {
            return put(field, List.of(values));
        }

        public Builder put(String field, Collection<String> values) {
            fields.computeIfAbsent(field, f -> new ArrayList<>()).addAll(values);
            return this;
        }

        /** @throws ConfigException as {@link Metadata#Metadata(Map)} */
        public Metadata build() {
            return new Metadata(fields);
        }
    }
}
