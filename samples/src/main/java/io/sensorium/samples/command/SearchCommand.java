package io.sensorium.samples.command;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.sensorium.Sensorium;
import io.sensorium.core.Audio;
import io.sensorium.core.ConfigException;
import io.sensorium.core.Image;
import io.sensorium.core.Input;
import io.sensorium.core.Modality;
import io.sensorium.core.Text;
import io.sensorium.index.Hit;
import io.sensorium.index.Query;
import io.sensorium.index.Segment;
import io.sensorium.index.VectorIndex;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/**
 * Searches an index. Inputs are added up with their weights, which are written after a caret as in Lucene's query syntax:
 * {@code --image beach.jpg --audio rain.ogg^0.5 --text people^-0.5}.
 */
@Command(
        name = "search",
        mixinStandardHelpOptions = true,
        description = {
            "Search an index with texts, pictures, clips, items or words, in any modality.",
            "Inputs add up; ^W after one is its weight, below 0 for unlike: --image beach.jpg --text 'people^-0.5'."
        })
final class SearchCommand implements Callable<Integer> {
    @Option(names = "--model", required = true, paramLabel = "DIR", description = "Bundle that made the index.")
    @SuppressWarnings("NullAway.Init")
    private Path model;

    @Option(names = "--index", required = true, paramLabel = "DIR", description = "The index.")
    @SuppressWarnings("NullAway.Init")
    private Path index;

    @ArgGroup(exclusive = false, multiplicity = "1")
    @SuppressWarnings("NullAway.Init")
    private Asked asked;

    private static final class Asked {
        private static final Pattern WEIGHT = Pattern.compile("(.+)\\^(-?\\d+(?:\\.\\d+)?)", Pattern.DOTALL);

        @Option(names = "--text", paramLabel = "TEXT[^W]", description = "Look for this text.")
        private List<String> texts = List.of();

        @Option(names = "--image", paramLabel = "FILE[^W]", description = "Look for this picture.")
        private List<String> images = List.of();

        @Option(names = "--audio", paramLabel = "FILE[^W]", description = "Look for this clip.")
        private List<String> clips = List.of();

        @Option(names = "--like", paramLabel = "ID[^W]", description = "Look for more like this item of the index.")
        private List<String> items = List.of();

        @Option(
                names = "--keywords",
                paramLabel = "WORDS",
                description = "Look for these words in stored texts; with other inputs, both rankings are fused.")
        private @Nullable String keywords;

        Query query() {
            var parts = new ArrayList<Part>();
            texts.forEach(text -> add(parts, text, Text::of));
            images.forEach(file -> add(parts, file, name -> Image.of(Path.of(name))));
            clips.forEach(file -> add(parts, file, name -> Audio.of(Path.of(name))));
            items.forEach(id -> add(parts, id, null));
            if (parts.isEmpty()) {
                return Query.keywords(Objects.requireNonNull(keywords));
            }
            // only the proportion of the weights counts
            Part first = parts.stream()
                    .filter(part -> part.weight() > 0)
                    .findFirst()
                    .orElseThrow(() -> new ConfigException("every input is unwanted; one must have a weight above 0"));
            parts.remove(first);
            Query query = first.input() == null ? Query.like(first.id()) : Query.of(first.input());
            for (Part part : parts) {
                query = part.add(query, part.weight() / first.weight());
            }
            return keywords == null ? query : query.andKeywords(keywords);
        }

        private static void add(List<Part> parts, String argument, @Nullable Function<String, Input> input) {
            Matcher weighted = WEIGHT.matcher(argument);
            boolean matches = weighted.matches();
            String value = matches ? weighted.group(1) : argument;
            double weight = matches ? Double.parseDouble(weighted.group(2)) : 1;
            parts.add(new Part(value, input == null ? null : input.apply(value), weight));
        }
    }

    /** An input, or the id of an item, and how much it counts. */
    private record Part(String id, @Nullable Input input, double weight) {
        Query add(Query query, double share) {
            return input == null ? query.andLike(id, share) : query.and(input, share);
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
            paramLabel = "CONDITION",
            description = "Only views with this metadata, as album=pets, tag=cat|dog, year>=2020, taken<2024-05-01, "
                    + "album!=cars, album or !album; given again, all must match.")
    private List<String> where = List.of();

    @Option(
            names = "--beam",
            paramLabel = "N",
            description = "Candidates while searching; more find more, more slowly. Default: the index's.")
    private int beam;

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
                hits.forEach(hit -> output.out().println(asWritten(hit)));
            }
        }
        return 0;
    }

    private Query query() {
        Query query = asked.query().top(top);
        if (!in.isEmpty()) {
            query = query.in(in.stream().map(Modality::new).toArray(Modality[]::new));
        }
        for (String condition : where) {
            query = query.where(Conditions.parse(condition));
        }
        if (beam != 0) {
            query = query.beam(beam);
        }
        return symmetric ? query.symmetric() : query;
    }

    private static Hit asWritten(Hit hit) {
        return new Hit(
                hit.rank(),
                hit.id(),
                hit.modality(),
                hit.segment(),
                hit.score(),
                hit.cosine(),
                MetadataJson.asWritten(hit.metadata()),
                hit.text());
    }

    private static ArrayNode tree(List<Hit> hits) {
        ArrayNode list = JsonNodeFactory.instance.arrayNode();
        for (Hit hit : hits) {
            ObjectNode node = list.addObject()
                    .put("rank", hit.rank())
                    .put("id", hit.id())
                    .put("modality", hit.modality().name())
                    .put("score", hit.score());
            if (!Double.isNaN(hit.cosine())) {
                node.put("cosine", hit.cosine());
            }
            Segment segment = hit.segment();
            if (!segment.equals(Segment.WHOLE)) {
                node.put("segment", segment.number());
            }
            if (!Double.isNaN(segment.start())) {
                node.put("start", segment.start()).put("end", segment.end());
            }
            if (hit.text() != null) {
                node.put("text", hit.text());
            }
            node.set("metadata", MetadataJson.of(hit.metadata()));
        }
        return list;
    }
}
