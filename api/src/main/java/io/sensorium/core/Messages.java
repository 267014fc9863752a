package io.sensorium.core;

/** Makes hostile text fit for an error message or a log line. */
public final class Messages {
    private static final int LIMIT = 80;
    private static final int LONGEST_PATH = 4096;

    private Messages() {}

    /** The start of the text with control characters replaced, at most 80 characters long. */
    public static String excerpt(String text) {
        return excerpt(text, LIMIT);
    }

    /** A path or the name of an item, which is of no use unless it is whole: control characters replaced, at most 4,096. */
    public static String path(String path) {
        return excerpt(path, LONGEST_PATH);
    }

    private static String excerpt(String text, int limit) {
        var shown = new StringBuilder();
        text.codePoints().limit(limit).forEach(c -> shown.appendCodePoint(Character.isISOControl(c) ? '\uFFFD' : c));
        return text.codePointCount(0, text.length()) > limit ? shown.append('…').toString() : shown.toString();
    }
}
