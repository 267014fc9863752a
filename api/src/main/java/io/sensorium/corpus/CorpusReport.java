package io.sensorium.corpus;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What {@link CorpusCheck} found.
 *
 * @param items number of items
 * @param counts views by modality, split, language and source
 * @param problemCounts how many problems of each kind there are
 * @param problems the first {@value CorpusCheck#KEPT} of them
 */
public record CorpusReport(
        int items, List<Count> counts, Map<ProblemKind, Integer> problemCounts, List<Problem> problems) {
    /** Whether nothing is wrong. */
    public boolean clean() {
        return problemCounts.isEmpty();
    }

    /** How many views share modality, split, language and source. */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    public record Count(
            String modality,
            String split,
            @Nullable String lang,
            @Nullable String source,
            int views) {}

    /** What can be wrong with a corpus whose manifest is well-formed. */
    public enum ProblemKind {
        /** The file of a view is absent. */
        MISSING,
        /** The file is there but can't be read, or lies outside the corpus folder. */
        UNREADABLE,
        /** The file is read but its preprocessor refuses it. */
        UNDECODABLE,
        /** A text of nothing but white space. */
        BLANK,
        /** The same bytes, or the same text, are in two splits. */
        DUPLICATE_ACROSS_SPLITS,
        /** Items of one group are in two splits. */
        GROUP_ACROSS_SPLITS,
        /** A modality that other items or the caller ask for has no training view. */
        EMPTY_MODALITY
    }

    /**
     * One thing that is wrong.
     *
     * @param line where the manifest has the item; 0 if it concerns the whole corpus
     * @param item the item's id; null if it concerns the whole corpus
     */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    public record Problem(
            ProblemKind kind, int line, @Nullable String item, String message) {}
}
