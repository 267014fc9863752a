package io.sensorium.samples.command;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.sensorium.Sensorium;
import io.sensorium.core.Audio;
import io.sensorium.core.Image;
import io.sensorium.core.Input;
import io.sensorium.core.Modality;
import io.sensorium.core.Text;
import io.sensorium.index.Filter;
import io.sensorium.index.Hit;
import io.sensorium.index.Query;
import io.sensorium.index.VectorIndex;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Searches an index. */
@Command(
        name = "search",
        mixinStandardHelpOptions = true,
        description = "Search an index with a text, a picture or a clip, in any modality.")
final class SearchCommand implements Callable<Integer> {
    @Option(names = "--model", required = true, paramLabel = "DIR", description = "Bundle that made the index.")
    @SuppressWarnings("NullAway.Init")
    private Path model;

    @Option(names = "--index", required = true, paramLabel = "DIR", description = "The index.")
    @SuppressWarnings("NullAway.Init")
    private Path index;

    @ArgGroup(multiplicity = "1")
    @SuppressWarnings("NullAway.Init")
    private Asked asked;

    private static final class Asked {
        @Option(names = "--text", paramLabel = "TEXT", description = "Look for this text.")
        private @Nullable String text;

        @Option(names = "--image", paramLabel = "FILE", description = "Look for this picture.")
        private @Nullable Path image;

        @Option(names = "--audio", paramLabel = "FILE", description = "Look for this clip.")
        private @Nullable Path audio;

        Input input() {
            if (text != null) {
                return Text.of(text);
            }
            return image != null ? Image.of(image) : Audio.of(Objects.requireNonNull(audio));
        }
    }

    @Option(names = "--in", split = ",", paramLabel = "MODALITY", description = "Where to look; default everywhere.")
    private List<String> in = List.of();

    @Option(names = "--top", defaultValue = "10", description = "Hits to show (default: ${DEFAULT-VALUE}).")
    private int top;

    @Option(
            names = "--symmetric",
            description = "Score by both directions: finds more, costs a prediction per candidate.")
    private boolean symmetric;

    @Option(
            names = "--where",
            paramLabel = "FIELD=VALUE",
            description = "Only views with this metadata; given again, all must match.")
    private Map<String, String> where = new TreeMap<>();

    @Mixin
    private Output output = new Output();

    @Override
    public Integer call() {
        Query query = output.usage(this::query);
        try (Sensorium loaded = Sensorium.load(model);
                VectorIndex opened = VectorIndex.openReadOnly(index, loaded)) {
            List<Hit> hits = opened.search(query);
            if (output.json) {
                output.print(tree(hits));
            } else if (hits.isEmpty()) {
                output.out().println("nothing found");
            } else {
                hits.forEach(output.out()::println);
            }
        }
        return 0;
    }

    private Query query() {
        Query query = Query.of(asked.input()).top(top);
        if (!in.isEmpty()) {
            query = query.in(in.stream().map(Modality::new).toArray(Modality[]::new));
        }
        for (var condition : where.entrySet()) {
            query = query.where(Filter.eq(condition.getKey(), condition.getValue()));
        }
        return symmetric ? query.symmetric() : query;
    }

    private static ArrayNode tree(List<Hit> hits) {
        ArrayNode list = JsonNodeFactory.instance.arrayNode();
        for (Hit hit : hits) {
            list.addObject()
                    .put("rank", hit.rank())
                    .put("id", hit.id())
                    .put("modality", hit.modality().name())
                    .put("score", hit.score())
                    .set("metadata", MetadataJson.of(hit.metadata()));
        }
        return list;
    }
}
