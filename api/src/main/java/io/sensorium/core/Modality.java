package io.sensorium.core;

/**
 * A kind of input with an encoder of its own. The three that ship are constants; a further one is a name and a provider
 * on the class path.
 *
 * @param name lower-case identifier ({@code [a-z][a-z0-9_]*}), used as key in manifests, bundles and index fields
 */
public record Modality(String name) implements Comparable<Modality> {
    private static final int LONGEST = 32;

    public static final Modality IMAGE = new Modality("image");
    public static final Modality AUDIO = new Modality("audio");
    public static final Modality TEXT = new Modality("text");

    public Modality {
        if (!isIdentifier(name)) {
            throw new ConfigException("modality name '%s' must match [a-z][a-z0-9_]{0,%d}"
                    .formatted(Messages.excerpt(name), LONGEST - 1));
        }
    }

    // a hit of a search makes one, and a regular expression takes longer than the rest of it
    private static boolean isIdentifier(String name) {
        for (int i = 0; i < name.length(); i++) {
            char c = name.charAt(i);
            if ((c < 'a' || c > 'z') && (i == 0 || ((c < '0' || c > '9') && c != '_'))) {
                return false;
            }
        }
        return !name.isEmpty() && name.length() <= LONGEST;
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
