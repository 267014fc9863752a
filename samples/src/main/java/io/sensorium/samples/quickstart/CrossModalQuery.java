package io.sensorium.samples.quickstart;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.sensorium.core.Modality;
import io.sensorium.samples.CorpusEntries.ViewEntry;
import java.util.List;
import java.util.Optional;

/**
 * One query from a modality to another and what the index found.
 *
 * @param hits best first
 */
public record CrossModalQuery(ViewEntry query, Modality target, List<Found> hits) {
    /** A hit: the view found and the calibrated score that it ranks by. */
    public record Found(ViewEntry entry, double score) {}

    public boolean right(Found hit) {
        return hit.entry().item().group().equals(query.item().group());
    }

    /** Whether the best hit shows what was asked for. */
    public boolean answered() {
        return !hits.isEmpty() && right(hits.getFirst());
    }

    /** From 1; empty if none of the hits is right. */
    public Optional<Integer> rank() {
        for (int i = 0; i < hits.size(); i++) {
            if (right(hits.get(i))) {
                return Optional.of(i + 1);
            }
        }
        return Optional.empty();
    }

    public Modality from() {
        return query.view().modality();
    }

    ObjectNode tree() {
        ObjectNode tree = JsonNodeFactory.instance.objectNode();
        tree.put("query", from().name());
        tree.put("target", target.name());
        tree.put("item", query.item().id());
        tree.put("view", query.view().label());
        tree.put("right", answered());
        rank().ifPresent(rank -> tree.put("rank", rank));
        var list = tree.putArray("hits");
        for (Found hit : hits) {
            list.addObject()
                    .put("item", hit.entry().item().id())
                    .put("view", hit.entry().view().label())
                    .put("score", hit.score())
                    .put("right", right(hit));
        }
        return tree;
    }
}
