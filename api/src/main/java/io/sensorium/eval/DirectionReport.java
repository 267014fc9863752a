package io.sensorium.eval;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.databind.annotation.JsonSerialize;
import com.fasterxml.jackson.databind.ser.std.ToStringSerializer;
import io.sensorium.core.Modality;
import java.util.Map;

/**
 * How well queries of one modality find targets of another; see {@link Retrieval} for the definitions. In JSON the names
 * are those of MTEB. All but the counts and the median rank are in [0, 1]. A query adds a fraction to a recall if equal
 * scores leave it to chance.
 *
 * @param queries queries that have something relevant in the gallery; the others are left out
 * @param gallery size of the gallery
 * @param recallAt1 share of queries with a relevant entry first
 * @param recallAt5 share of queries with a relevant entry among the first 5
 * @param recallAt10 share of queries with a relevant entry among the first 10
 * @param map mean average precision over the whole gallery
 * @param mrr mean reciprocal rank of the first relevant entry
 * @param ndcgAt10 normalised discounted cumulative gain of the first 10, relevance 0 or 1
 * @param medianRank median rank of the first relevant entry, from 1
 * @param chanceRecallAt1 what a random order reaches on average
 * @param chanceRecallAt10 what a random order reaches on average
 * @param intervals bootstrap 95 % intervals of {@code recall_at_1}, {@code recall_at_5} and {@code recall_at_10}
 */
public record DirectionReport(
        @JsonSerialize(using = ToStringSerializer.class) Modality query,
        @JsonSerialize(using = ToStringSerializer.class) Modality target,
        int queries,
        int gallery,
        @JsonProperty("recall_at_1") double recallAt1,
        @JsonProperty("recall_at_5") double recallAt5,
        @JsonProperty("recall_at_10") double recallAt10,
        double map,
        double mrr,
        @JsonProperty("ndcg_at_10") double ndcgAt10,
        @JsonProperty("median_rank") double medianRank,
        @JsonProperty("chance_recall_at_1") double chanceRecallAt1,
        @JsonProperty("chance_recall_at_10") double chanceRecallAt10,
        Map<String, Interval> intervals) {
    /** Whether the modality asks or is asked for. */
    public boolean concerns(Modality modality) {
        return query.equals(modality) || target.equals(modality);
    }

    /** A 95 % confidence interval. */
    public record Interval(double low, double high) {}
}
