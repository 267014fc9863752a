package io.sensorium.samples.command;

import io.sensorium.core.ConfigException;
import io.sensorium.index.Filter;
import io.sensorium.index.Value;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Conditions as the command line writes them: {@code album=pets}, {@code album!=pets}, {@code tag=cat|dog}, {@code
 * year>=2020}, {@code taken<2024-05-01}, and {@code album} or {@code !album} for whether there is a value at all. A value
 * that looks like a number, a date or a boolean is compared as such too; a date without a time is its first moment in UTC.
 */
final class Conditions {
    private static final Pattern SYNTAX = Pattern.compile("([^=<>!]+)(!=|<=|>=|=|<|>)(.*)", Pattern.DOTALL);

    private Conditions() {}

    /** @throws ConfigException if it is no condition */
    static Filter parse(String text) {
        Matcher matcher = SYNTAX.matcher(text);
        if (!matcher.matches()) {
            boolean absent = text.startsWith("!");
            String field = absent ? text.substring(1) : text;
            if (field.isBlank() || field.matches(".*[=<>!].*")) {
                throw new ConfigException(
                        "'%s' is no condition; expected as in album=pets, year>=2020, !hidden".formatted(text));
            }
            return absent ? Filter.not(Filter.exists(field)) : Filter.exists(field);
        }
        String field = matcher.group(1);
        String value = matcher.group(3);
        return switch (matcher.group(2)) {
            case "=" -> equal(field, value);
            case "!=" -> Filter.not(equal(field, value));
            case ">=" -> new Filter.Range(field, bound(text, value), null);
            case "<=" -> new Filter.Range(field, null, bound(text, value));
            case ">" -> new Filter.Range(field, beyond(bound(text, value), 1), null);
            default -> new Filter.Range(field, null, beyond(bound(text, value), -1));
        };
    }

    private static Filter equal(String field, String alternatives) {
        var values = new ArrayList<Value>();
        for (String value : List.of(alternatives.split("\\|", -1))) {
            values.add(Value.of(value));
            Value ordered = ordered(value);
            if (ordered != null) {
                values.add(ordered);
            } else if (value.equals("true") || value.equals("false")) {
                values.add(Value.of(Boolean.parseBoolean(value)));
            }
        }
        return new Filter.In(field, values);
    }

    private static Value bound(String condition, String value) {
        Value bound = ordered(value);
        if (bound == null) {
            throw new ConfigException("'%s': '%s' is neither a number nor a date as 2024-05-01 or 2024-05-01T12:00:00Z"
                    .formatted(condition, value));
        }
        return bound;
    }

    /** The next value above (1) or below (-1). */
    private static Value beyond(Value bound, int direction) {
        return switch (bound) {
            case Value.Num number ->
                Value.of(direction > 0 ? Math.nextUp(number.value()) : Math.nextDown(number.value()));
            case Value.Date date -> Value.of(date.value().plusMillis(direction));
            case Value.Str string -> throw new IllegalArgumentException("a string has no next");
            case Value.Bool bool -> throw new IllegalArgumentException("a boolean has no next");
        };
    }

    private static @Nullable Value ordered(String value) {
        try {
            return Value.of(Double.parseDouble(value));
        } catch (NumberFormatException | ConfigException e) {
            // a date, perhaps
        }
        return date(value);
    }

    /** A date, or a date and time, as ISO 8601 writes them; null for anything else. */
    static @Nullable Value date(String value) {
        try {
            return Value.of(
                    value.contains("T")
                            ? Instant.parse(value)
                            : LocalDate.parse(value)
                                    .atStartOfDay(ZoneOffset.UTC)
                                    .toInstant());
        } catch (DateTimeException | ConfigException e) {
            return null;
        }
    }
}
