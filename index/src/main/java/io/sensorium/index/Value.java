package io.sensorium.index;

import io.sensorium.core.ConfigException;
import java.time.Instant;

/**
 * One value of a {@link Metadata} field. Values of different types are different, also where they look alike: the number
 * 7 is not the string "7".
 */
public sealed interface Value {
    /** Matched whole, as one term: with its field name it takes up to 32,764 bytes of UTF-8. */
    record Str(String value) implements Value {
        @Override
        public String toString() {
            return value;
        }
    }

    /** A finite number; 0 and -0 are the same. */
    record Num(double value) implements Value {
        // beyond it a double is no longer every whole number
        private static final long EXACT = 1L << 53;

        /** @throws ConfigException if it is infinite or NaN */
        public Num {
            if (!Double.isFinite(value)) {
                throw new ConfigException("metadata value %s is no finite number".formatted(value));
            }
            value += 0.0;
        }

        /** As a whole number if it is one. */
        @Override
        public String toString() {
            return value == Math.rint(value) && Math.abs(value) < EXACT
                    ? Long.toString((long) value)
                    : Double.toString(value);
        }
    }

    /** A moment, cut to whole milliseconds. */
    record Date(Instant value) implements Value {
        /** @throws ConfigException if it is more than 292 million years away */
        public Date {
            try {
                value = Instant.ofEpochMilli(value.toEpochMilli());
            } catch (ArithmeticException e) {
                throw new ConfigException("metadata value %s is too far from 1970".formatted(value), e);
            }
        }

        @Override
        public String toString() {
            return value.toString();
        }
    }

    /** True or false. */
    record Bool(boolean value) implements Value {
        @Override
        public String toString() {
            return Boolean.toString(value);
        }
    }

    static Value of(String value) {
        return new Str(value);
    }

    static Value of(double value) {
        return new Num(value);
    }

    /** @throws ConfigException if it is beyond ±2⁵³, where not every whole number is a double: use a string */
    static Value of(long value) {
        if (Math.abs(value) > Num.EXACT || value == Long.MIN_VALUE) {
            throw new ConfigException(
                    "metadata value %,d is beyond 2^53 and would be rounded; write it as a string".formatted(value));
        }
        return new Num(value);
    }

    static Value of(Instant value) {
        return new Date(value);
    }

    static Value of(boolean value) {
        return new Bool(value);
    }
}
