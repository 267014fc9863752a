package io.sensorium.samples.corpora;

import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Tells keywords from captions, among the texts of any corpus. */
public final class Tags {
    /** At the end of a word, or of a part of one: {@code hashtags} and {@code tagList}, not {@code heritage}. */
    private static final Pattern NAME = Pattern.compile("(?i:tags?|keywords?)(?!\\p{Ll})");

    private Tags() {}

    /** Whether texts of a source are tags: by a word of it that ends in {@code tag} or {@code keyword}, one or more. */
    public static boolean areFrom(@Nullable String source) {
        return source != null && NAME.matcher(source).find();
    }
}
