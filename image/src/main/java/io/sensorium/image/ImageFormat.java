package io.sensorium.image;

import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;

/** The picture formats that are decoded, told apart by their first bytes and never by a file's name. */
public enum ImageFormat {
    PNG,
    JPEG,
    /** The first frame of an animation. */
    GIF,
    BMP,
    WEBP,
    SVG;

    private static final int SVG_PROLOGUE = 64 * 1024;
    private static final Pattern SVG_ROOT = Pattern.compile("<(?:[\\w.-]{1,32}:)?svg[\\s>/]");

    /** The format of encoded bytes, if it is one of these. */
    public static Optional<ImageFormat> of(byte[] bytes) {
        if (starts(bytes, 0, "\u0089PNG\r\n\u001a\n")) {
            return Optional.of(PNG);
        }
        if (starts(bytes, 0, "\u00ff\u00d8\u00ff")) {
            return Optional.of(JPEG);
        }
        if (starts(bytes, 0, "GIF87a") || starts(bytes, 0, "GIF89a")) {
            return Optional.of(GIF);
        }
        if (starts(bytes, 0, "RIFF") && starts(bytes, 8, "WEBP")) {
            return Optional.of(WEBP);
        }
        if (starts(bytes, 0, "BM") && bytes.length >= 26) {
            return Optional.of(BMP);
        }
        return looksLikeSvg(bytes) ? Optional.of(SVG) : Optional.empty();
    }

    private static boolean looksLikeSvg(byte[] bytes) {
        int i = starts(bytes, 0, "\u00ef\u00bb\u00bf") ? 3 : 0;
        while (i < bytes.length && i < SVG_PROLOGUE && bytes[i] >= 0 && Character.isWhitespace(bytes[i])) {
            i++;
        }
        return i < bytes.length
                && bytes[i] == '<'
                && SVG_ROOT.matcher(new String(
                                bytes, i, Math.min(bytes.length - i, SVG_PROLOGUE), StandardCharsets.ISO_8859_1))
                        .find();
    }

    private static boolean starts(byte[] bytes, int offset, String magic) {
        if (bytes.length < offset + magic.length()) {
            return false;
        }
        for (int i = 0; i < magic.length(); i++) {
            if ((bytes[offset + i] & 255) != magic.charAt(i)) {
                return false;
            }
        }
        return true;
    }

    /** {@code png}, {@code jpeg}, … */
    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
