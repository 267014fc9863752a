package io.sensorium.index;

import io.sensorium.core.ConfigException;
import io.sensorium.core.Embedding;
import io.sensorium.core.Input;
import io.sensorium.core.Messages;
import io.sensorium.core.Modality;
import java.util.ArrayList;
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
 * Query.of(Image.of(beach)).and(Audio.of(rain), 0.5).and(Text.of("people"), -0.5)     // this picture, with this sound
 * Query.like("cat-1")                                                                 // more like this
 * Query.keywords("hotel minibar").top(5)                                              // BM25 over stored texts
 * Query.of(Image.of(receipt)).andKeywords("hotel")                                    // both, fused
 * }</pre>
 *
 * <p><b>Cosine.</b> A view of modality t is compared with what the model <em>predicts</em> the query looks like in t: with
 * Σ wᵢ·unit(pred(zᵢ)) over the query's inputs, where an input of t itself stands for itself.
 *
 * <p><b>Score.</b> Cosines of different modalities have different distributions, because the predictors differ: 0.4 may be
 * a match among sounds and nothing among texts. So a hit's score says how far its cosine stands out from those that the
 * same query has with any views of that modality: (cosine − median) / deviation over at most 256 views drawn at random,
 * where the deviation is from the median to the 84th percentile. It is the test normalisation of speaker verification
 * (Auckenthaler et al., 2000); its negative is a calibrated energy. A score means about the same rate of chance hits in
 * every modality, so modalities fill the places of what is found by chance in proportion to their views. Within one
 * modality it ranks as the cosine does (in a symmetric search, as the cosine that is scaled against hubs).
 *
 * <p><b>Keywords</b> rank the views that have a stored text by BM25; together with inputs, both rankings are fused by
 * reciprocal rank: a hit scores Σ 1 / (60 + rank) over the rankings it is in (Cormack et al., 2009), each {@value
 * #FUSION_DEPTH} deep or as deep as the hits wanted.
 */
public final class Query {
    /** The most hits that one search returns. */
    public static final int MAX_TOP = 10_000;

    static final int FUSION_DEPTH = 100;

    private static final int DEFAULT_TOP = 10;
    private static final int MAX_CLAUSES = 100;
    private static final int MAX_WEIGHT = 1_000_000;
    private static final int MAX_KEYWORDS = 1000;

    private final List<Clause> clauses;
    private final @Nullable String keywords;
    private final Set<Modality> targets;
    private final int top;
    private final @Nullable Filter filter;
    private final boolean symmetric;
    private final int beam;

    private Query(
            List<Clause> clauses,
            @Nullable String keywords,
            Set<Modality> targets,
            int top,
            @Nullable Filter filter,
            boolean symmetric,
            int beam) {
        this.clauses = clauses;
        this.keywords = keywords;
        this.targets = targets;
        this.top = top;
        this.filter = filter;
        this.symmetric = symmetric;
        this.beam = beam;
    }

    /** Search with an input, which the index's model embeds. */
    public static Query of(Input input) {
        return of(new Clause.OfInput(input, 1));
    }

    /** Search with a latent that the index's model made earlier. */
    public static Query of(Embedding embedding) {
        return of(new Clause.OfLatent(embedding, 1));
    }

    /** Search with an item's own views, all its modalities counting alike; the item itself is no hit. */
    public static Query like(String id) {
        return of(new Clause.OfItem(id, 1));
    }

    /**
     * Search the stored texts for words, best first by BM25; what is no word is ignored, and there are no operators.
     *
     * @throws ConfigException if it has more than 1,000 characters
     */
    public static Query keywords(String words) {
        return new Query(List.of(), checked(words), Set.of(), DEFAULT_TOP, null, false, 0);
    }

    private static Query of(Clause clause) {
        return new Query(List.of(clause), null, Set.of(), DEFAULT_TOP, null, false, 0);
    }

    /**
     * And like this input too.
     *
     * @param weight beside the first one's 1; below 0 for unlike
     * @throws ConfigException if the weight is 0 or not from -1,000,000 to 1,000,000, or there are more than 100 inputs
     */
    public Query and(Input input, double weight) {
        return and(new Clause.OfInput(input, weight));
    }

    /** As {@link #and(Input, double)}, with a latent. */
    public Query and(Embedding embedding, double weight) {
        return and(new Clause.OfLatent(embedding, weight));
    }

    /** As {@link #and(Input, double)}, with an item of the index; the item itself is no hit. */
    public Query andLike(String id, double weight) {
        return and(new Clause.OfItem(id, weight));
    }

    /**
     * And the words, fused by reciprocal rank.
     *
     * @throws ConfigException if they have more than 1,000 characters
     */
    public Query andKeywords(String words) {
        return new Query(clauses, checked(words), targets, top, filter, symmetric, beam);
    }

    private Query and(Clause clause) {
        double weight = clause.weight();
        if (weight == 0 || !(Math.abs(weight) <= MAX_WEIGHT)) {
            throw new ConfigException(
                    "weight is %s but must be from -%,d to %,d and not 0".formatted(weight, MAX_WEIGHT, MAX_WEIGHT));
        }
        if (clauses.size() == MAX_CLAUSES) {
            throw new ConfigException("a query has up to %d inputs".formatted(MAX_CLAUSES));
        }
        var more = new ArrayList<>(clauses);
        more.add(clause);
        return new Query(List.copyOf(more), keywords, targets, top, filter, symmetric, beam);
    }

    /**
     * Look only among views of these modalities. Default: every modality that the index holds, or those of the query's
     * inputs if the index was opened without a model.
     */
    public Query in(Modality... modalities) {
        return new Query(clauses, keywords, new TreeSet<>(List.of(modalities)), top, filter, symmetric, beam);
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
        return new Query(clauses, keywords, targets, n, filter, symmetric, beam);
    }

    /** Only views that match; given again, both must match. */
    public Query where(Filter filter) {
        Filter both = this.filter == null ? filter : this.filter.and(filter);
        return new Query(clauses, keywords, targets, top, both, symmetric, beam);
    }

    /**
     * Score by both directions: the mean of cos(predicted query, stored latent) and cos(query, the stored latent's
     * prediction in the query's modality), less what a stored latent has in common with queries of any kind ({@link
     * io.sensorium.core.Csls}, if the model brings references). Finds more, and costs one batched prediction of the candidates
     * for each modality that is searched: the plain search's best, at least 4 for each hit wanted and at least 100. A hit's
     * cosine is the mean of both.
     */
    public Query symmetric() {
        return new Query(clauses, keywords, targets, top, filter, true, beam);
    }

    /**
     * The most candidates that the search keeps in sight while it walks the graph (ef), unless more hits are wanted: more
     * find more, and take longer where the neighbours don't stand apart from the rest, because a walk ends anyway when all
     * that is left is further off by a fifth. Default: the index's {@link IndexConfig#searchBeam}, and more where a graph
     * is large ({@link IndexInfo#beams}).
     *
     * @throws ConfigException if it is not in 1 to {@value #MAX_TOP}
     */
    public Query beam(int candidates) {
        if (candidates < 1 || candidates > MAX_TOP) {
            throw new ConfigException("beam is %,d but must be 1 to %,d".formatted(candidates, MAX_TOP));
        }
        return new Query(clauses, keywords, targets, top, filter, symmetric, candidates);
    }

    List<Clause> clauses() {
        return clauses;
    }

    Optional<String> words() {
        return Optional.ofNullable(keywords);
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

    /** 0 for the index's own. */
    int beam() {
        return beam;
    }

    private static String checked(String words) {
        if (words.length() > MAX_KEYWORDS) {
            throw new ConfigException(
                    "keywords have %,d characters but may have %,d; for a longer text, search with Text"
                            .formatted(words.length(), MAX_KEYWORDS));
        }
        return words;
    }

    @Override
    public String toString() {
        return "Query[%s%s in %s, top %d%s%s]"
                .formatted(
                        clauses,
                        keywords == null ? "" : " and words '" + Messages.excerpt(keywords) + "'",
                        targets.isEmpty() ? "all" : targets,
                        top,
                        filter == null ? "" : ", where " + filter,
                        symmetric ? ", symmetric" : "");
    }
}
