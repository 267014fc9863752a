package io.sensorium.text;

import java.text.Normalizer.Form;
import java.util.Locale;

/**
 * Makes equal what looks equal: canonical composition (NFC), one space for any run of white space and none at the ends,
 * U+FFFD for half of a surrogate pair, and lower case where asked. Linear in the length of the text.
 */
final class Normalizer {
    /** Composition can be quadratic in a run of combining marks, so that a long run is composed in pieces. */
    private static final int PIECE = 256;

    private static final int LONGEST_PIECE = 4 * PIECE;

    private Normalizer() {}

    static String normalize(String text, boolean lowerCase) {
        String paired = wellFormed(text);
        return collapse(compose(lowerCase ? paired.toLowerCase(Locale.ROOT) : paired));
    }

    /** The text with U+FFFD for each half of a surrogate pair that stands alone. */
    static String wellFormed(String text) {
        int i = 0;
        while (i < text.length() && !Character.isSurrogate(text.charAt(i))) {
            i++;
        }
        if (i == text.length()) {
            return text;
        }
        var out = new StringBuilder(text.length());
        text.codePoints().forEach(c -> out.appendCodePoint(c >= 0xD800 && c <= 0xDFFF ? 0xFFFD : c));
        return out.toString();
    }

    private static String compose(String text) {
        if (text.length() <= LONGEST_PIECE) {
            return java.text.Normalizer.normalize(text, Form.NFC);
        }
        var out = new StringBuilder(text.length());
        for (int start = 0; start < text.length(); ) {
            int end = Math.min(text.length(), start + PIECE);
            int last = Math.min(text.length(), start + LONGEST_PIECE);
            while (end < last && joinsBackward(text.charAt(end))) {
                end++;
            }
            if (end < text.length() && Character.isLowSurrogate(text.charAt(end))) {
                end++;
            }
            out.append(java.text.Normalizer.normalize(text.substring(start, end), Form.NFC));
            start = end;
        }
        return out.toString();
    }

    private static boolean joinsBackward(char c) {
        int type = Character.getType(c);
        boolean mark = type == Character.NON_SPACING_MARK
                || type == Character.COMBINING_SPACING_MARK
                || type == Character.ENCLOSING_MARK;
        boolean hangulVowelOrFinal = c >= 0x1160 && c <= 0x11FF;
        return mark || hangulVowelOrFinal || Character.isLowSurrogate(c);
    }

    private static String collapse(String text) {
        var out = new StringBuilder(text.length());
        boolean space = false;
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (Character.isWhitespace(c) || Character.isSpaceChar(c)) {
                space = !out.isEmpty();
            } else {
                if (space) {
                    out.append(' ');
                    space = false;
                }
                out.append(c);
            }
        }
        return out.toString();
    }
}
