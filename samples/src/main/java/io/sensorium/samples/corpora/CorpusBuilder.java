package io.sensorium.samples.corpora;

import java.util.Collection;
import java.util.List;

/** Makes the items of one corpus out of its archives. */
interface CorpusBuilder {
    /** What it says to people who read the corpus's licences. */
    String description();

    /** Names in the table of pinned packages. */
    List<String> archives();

    /** Writes the media and returns the items, in the order of the manifest. */
    Collection<CorpusItem> build(Packages packages, Workspace work);
}
