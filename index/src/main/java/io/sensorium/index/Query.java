package io.sensorium.index;

import io.sensorium.core.ConfigException;
import io.sensorium.core.Embedding;
import io.sensorium.core.Input;
import io.sensorium.core.Modality;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * What to look for, where, and how many. Immutable: every method returns another query.
 *
 * <pre>{@code
 * Query.of(Text.of("a sleeping cat")).in(Modality.IMAGE).where(Filter.eq("album", "pets")).top(20)
 * }</pre>
 *
 * The score of a view of another modality than the query's is the cosine between what the model <em>predicts</em> the
 * query looks like over there and the stored latent; within one modality it is the plain cosine.
 */
public final class Query {
    /** The most hits that one search returns. */
    public static final int MAX_TOP = 10_000;

    private static final int DEFAULT_TOP = 10;

    private final @Nullable Input input;
    private final @Nullable Embedding embedding;
    private final Set<Modality> targets;
    private final int top;
    private final @Nullable Filter filter;
    private final boolean symmetric;

    private Query(
            @Nullable Input input,
            @Nullable Embedding embedding,
            Set<Modality> targets,
            int top,
            @Nullable Filter filter,
            boolean symmetric) {
        this.input = input;
        this.embedding = embedding;
        this.targets = targets;
        this.top = top;
        this.filter = filter;
        this.symmetric = symmetric;
    }

    /** Search with an input, which the index's model embeds. */
    public static Query of(Input input) {
        return new Query(input, null, Set.of(), DEFAULT_TOP, null, false);
    }

    /** Search with a latent that the index's model made earlier. */
    public static Query of(Embedding embedding) {
        return new Query(null, embedding, Set.of(), DEFAULT_TOP, null, false);
    }

    /**
     * Look only among views of these modalities. Default: every modality that the index holds, or the query's own if the
     * index was opened without a model.
     */
    public Query in(Modality... modalities) {
        return new Query(input, embedding, new TreeSet<>(List.of(modalities)), top, filter, symmetric);
    }

    /**
     * The most hits to return, 10 by default.
     *
     * @throws ConfigException if it is not in 1 to {@value #MAX_TOP}
     */
    public Query top(int n) {
        if (n < 1 || n > MAX_TOP) {
            throw new ConfigException("top is %,d but must be 1 to %,d".formatted(n, MAX_TOP));
        }
        return new Query(input, embedding, targets, n, filter, symmetric);
    }

    /** Only views that match; given again, both must match. */
    public Query where(Filter filter) {
        return new Query(
                input, embedding, targets, top, this.filter == null ? filter : this.filter.and(filter), symmetric);
    }

    /**
     * Score by both directions: the mean of cos(predicted query, stored latent) and cos(query, the stored latent's
     * prediction in the query's modality). Finds more (1 to 9 points of recall@1 in our measurements) and costs one batched
     * prediction of max(4·top, 40) candidates for each modality that is searched.
     */
    public Query symmetric() {
        return new Query(input, embedding, targets, top, filter, true);
    }

    Optional<Input> input() {
        return Optional.ofNullable(input);
    }

    Optional<Embedding> embedding() {
        return Optional.ofNullable(embedding);
    }

    Set<Modality> targets() {
        return targets;
    }

    int top() {
        return top;
    }

    Optional<Filter> filter() {
        return Optional.ofNullable(filter);
    }

    boolean isSymmetric() {
        return symmetric;
    }

    @Override
    public String toString() {
        return "Query[%s in %s, top %d%s%s]"
                .formatted(
                        input != null ? input.label() : embedding,
                        targets.isEmpty() ? "all" : targets,
                        top,
                        filter == null ? "" : ", where " + filter,
                        symmetric ? ", symmetric" : "");
    }
}
