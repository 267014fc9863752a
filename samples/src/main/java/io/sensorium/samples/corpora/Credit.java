package io.sensorium.samples.corpora;

/** Whose a view is and under what licence it may be used. */
record Credit(String licence, String origin) {
    static Credit of(SourceArchive archive) {
        return new Credit(archive.licence(), archive.origin());
    }
}
