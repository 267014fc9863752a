package io.sensorium.eval;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Map;

/**
 * What an evaluation found, as {@code sensorium eval --json} prints it.
 *
 * @param directions every ordered pair of modalities, a view of the same item being relevant; where text or speech is
 *     involved, queries search the gallery of their language, and means are over the queries of all languages
 * @param classDirections the same, a view of the same group being relevant
 * @param languages {@code directions} in each language that has enough views, where text or speech is involved
 * @param collapse whether the latents still differ
 * @param floors what simple features reach on the same queries and galleries, by a name such as {@code pixels-16x16}
 * @param floorDirections what simple features reach in {@code directions}, by way of training items
 * @param provenance model, corpus and filter that were evaluated
 */
public record EvaluationReport(
        List<DirectionReport> directions,
        @JsonProperty("class_directions") List<DirectionReport> classDirections,
        @JsonInclude(JsonInclude.Include.NON_EMPTY) Map<String, List<DirectionReport>> languages,
        Collapse.Report collapse,
        @JsonInclude(JsonInclude.Include.NON_EMPTY) Map<String, DirectionReport> floors,

        @JsonInclude(JsonInclude.Include.NON_EMPTY) @JsonProperty("floor_directions")
        List<DirectionReport> floorDirections,

        ObjectNode provenance) {}
