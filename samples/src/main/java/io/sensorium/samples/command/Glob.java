package io.sensorium.samples.command;

import io.sensorium.core.ConfigException;
import io.sensorium.core.Messages;
import java.nio.file.FileSystems;
import java.nio.file.Path;
import java.nio.file.PathMatcher;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;

/**
 * A pattern of paths, for more files than a shell can name: {@code photos/**}{@code /*.jpg}. Here {@code **}{@code /} stands
 * for any number of folders, none included.
 *
 * @param folder the part before the first wildcard, below which files are looked for
 */
record Glob(Path folder, PathMatcher matcher) {
    private static final Pattern WILDCARD = Pattern.compile("[*?\\[{]");

    static boolean isOne(String path) {
        return WILDCARD.matcher(path).find();
    }

    /** @throws ConfigException if the pattern is malformed */
    static Glob of(String written) {
        // as in the paths that it is compared with
        String pattern = written.replaceAll("/+", "/");
        var first = WILDCARD.matcher(pattern);
        int end = first.find() ? pattern.lastIndexOf('/', first.start()) : -1;
        Path folder = end < 0 ? Path.of("") : Path.of(pattern.substring(0, end + 1));
        try {
            String anyDepth = pattern.replace("**/", "{**/,}");
            return new Glob(folder, FileSystems.getDefault().getPathMatcher("glob:" + anyDepth));
        } catch (PatternSyntaxException e) {
            throw new ConfigException(
                    "'%s' is no pattern of paths: %s".formatted(Messages.excerpt(pattern), e.getDescription()), e);
        }
    }
}
