package io.sensorium.text;

/** Divides UTF-8 text into windows, after a space where one is near the end, and never inside a character. */
final class Windows {
    private Windows() {}

    /**
     * The end of the window that begins at {@code start}.
     *
     * @param most bytes a window may have, at least 4
     */
    static int end(byte[] utf8, int start, int most) {
        if (utf8.length - start <= most) {
            return utf8.length;
        }
        int end = characterStart(utf8, start + most);
        for (int i = end; i > start + most / 2; i--) {
            if (utf8[i - 1] == ' ') {
                return i;
            }
        }
        return end;
    }

    /** Where the character begins that the byte belongs to. */
    static int characterStart(byte[] utf8, int at) {
        int i = at;
        while (i > 0 && i < utf8.length && (utf8[i] & 0xC0) == 0x80) {
            i--;
        }
        return i;
    }

    /** Where the word begins that the byte belongs to, or a character if the word is longer than {@code most}. */
    static int wordStart(byte[] utf8, int at, int most) {
        for (int i = at; i > at - most && i > 0; i--) {
            if (utf8[i - 1] == ' ') {
                return i;
            }
        }
        return at <= most ? 0 : characterStart(utf8, at);
    }
}
