package io.sensorium.samples.split;

import io.sensorium.core.ConfigException;
import io.sensorium.core.Messages;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * How much of each corpus is to be held out; the rest trains.
 *
 * @param val in [0, 1)
 * @param test above 0; something is left to train on
 */
public record Shares(double val, double test) {
    private static final Pattern PERCENT = Pattern.compile("(\\d{1,2})/(\\d{1,2})/(\\d{1,2})");

    public Shares {
        if (!(val >= 0 && test > 0 && val + test < 1)) {
            throw new ConfigException("shares are %s for val and %s for test; expected a test and something to train on"
                    .formatted(val, test));
        }
    }

    /**
     * Parses percentages of train, val and test, such as {@code 70/10/20}.
     *
     * @throws ConfigException if they are none or don't add up to 100
     */
    public static Shares parse(String text) {
        Matcher matcher = PERCENT.matcher(text);
        if (matcher.matches()) {
            int val = Integer.parseInt(matcher.group(2));
            int test = Integer.parseInt(matcher.group(3));
            if (Integer.parseInt(matcher.group(1)) + val + test == 100) {
                return new Shares(val / 100.0, test / 100.0);
            }
        }
        throw new ConfigException("share is '%s'; expected train/val/test that add up to 100, as in 70/10/20"
                .formatted(Messages.excerpt(text)));
    }
}
