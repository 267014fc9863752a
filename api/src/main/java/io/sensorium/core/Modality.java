package io.sensorium.core;

import java.util.regex.Pattern;

/**
 * A kind of input with an encoder of its own. The three that ship are constants; a further one is a name and a provider
 * on the class path.
 *
 * @param name lower-case identifier ({@code [a-z][a-z0-9_]*}), used as key in manifests, bundles and index fields
 */
public record Modality(String name) implements Comparable<Modality> {
    private static final Pattern NAME = Pattern.compile("[a-z][a-z0-9_]{0,31}");

    public static final Modality IMAGE = new Modality("image");
    public static final Modality AUDIO = new Modality("audio");
    public static final Modality TEXT = new Modality("text");

    public Modality {
        if (!NAME.matcher(name).matches()) {
            throw new ConfigException(
                    "modality name '%s' must match %s".formatted(Messages.excerpt(name), NAME.pattern()));
        }
    }

    @Override
    public int compareTo(Modality other) {
        return name.compareTo(other.name);
    }

    @Override
    public String toString() {
        return name;
    }
}
