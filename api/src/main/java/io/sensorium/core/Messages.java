package io.sensorium.core;

/** Makes hostile text fit for an error message or a log line. */
public final class Messages {
    private static final int LIMIT = 80;

    private Messages() {}

    /** The start of the text with control characters replaced, at most 80 characters long. */
    public static String excerpt(String text) {
        var shown = new StringBuilder();
        text.codePoints().limit(LIMIT).forEach(c -> shown.appendCodePoint(Character.isISOControl(c) ? '\uFFFD' : c));
        return text.codePointCount(0, text.length()) > LIMIT ? shown.append('…').toString() : shown.toString();
    }
}
