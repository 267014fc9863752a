package io.sensorium.samples.command;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.sensorium.core.ConfigException;
import io.sensorium.core.CorpusException;
import io.sensorium.core.Messages;
import io.sensorium.core.Modality;
import io.sensorium.core.SensoriumException;
import io.sensorium.core.Text;
import io.sensorium.index.Entry;
import io.sensorium.index.Metadata;
import io.sensorium.index.jobs.JobItem;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Set;
import java.util.function.BiFunction;
import org.jspecify.annotations.Nullable;

/**
 * Items from standard input as they arrive, one a line: a path, or a JSON object with {@code path} or {@code text} and, if
 * wanted, {@code id}, {@code modality} and {@code metadata} (strings, numbers, booleans or lists of them; ISO dates count as
 * such, too). A malformed line is an item that says so.
 *
 * <pre>{@code
 * photos/cat.jpg
 * {"id":"cat-1","path":"photos/cat.jpg","metadata":{"album":"pets","year":2024}}
 * {"id":"note-7","text":"The cat sleeps."}
 * }</pre>
 */
final class JobLines implements Iterator<JobItem> {
    private static final int MAX_LINE = 1 << 20;
    private static final Set<String> FIELDS = Set.of("id", "path", "text", "modality", "metadata");
    private static final ObjectMapper MAPPER = JsonMapper.builder(JsonFactory.builder()
                    .streamReadConstraints(
                            StreamReadConstraints.builder().maxNestingDepth(16).build())
                    .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                    .build())
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .build();

    private final InputStream in;
    private final BiFunction<Path, @Nullable Modality, JobItem> files;
    private long line;
    private @Nullable JobItem next;

    /** @param files makes an item of a file, of the modality given or that of its extension */
    JobLines(InputStream in, BiFunction<Path, @Nullable Modality, JobItem> files) {
        this.in = in;
        this.files = files;
    }

    @Override
    public boolean hasNext() {
        while (next == null) {
            line++;
            String text;
            try {
                text = readLine();
            } catch (CorpusException e) {
                next = JobItem.unreadable(place(), e);
                return true;
            } catch (IOException e) {
                throw new CorpusException(place() + ": standard input can't be read: " + e.getMessage(), e);
            }
            if (text == null) {
                return false;
            }
            if (!text.isBlank()) {
                next = item(text);
            }
        }
        return true;
    }

    @Override
    public JobItem next() {
        if (!hasNext() || next == null) {
            throw new NoSuchElementException();
        }
        JobItem item = next;
        next = null;
        return item;
    }

    private JobItem item(String text) {
        try {
            return text.stripLeading().startsWith("{") ? item(MAPPER.readTree(text)) : files.apply(Path.of(text), null);
        } catch (JsonProcessingException e) {
            return malformed("expected one JSON object: " + Messages.excerpt(e.getOriginalMessage()));
        } catch (InvalidPathException e) {
            return malformed("'%s' is no path".formatted(Messages.excerpt(text)));
        } catch (SensoriumException e) {
            return malformed(String.valueOf(e.getMessage()));
        }
    }

    private JobItem item(JsonNode object) {
        object.fieldNames().forEachRemaining(name -> {
            if (!FIELDS.contains(name)) {
                throw new ConfigException(
                        "unknown field '%s'; expected some of %s".formatted(Messages.excerpt(name), sorted(FIELDS)));
            }
        });
        String path = string(object, "path");
        String text = string(object, "text");
        String id = string(object, "id");
        if ((path == null) == (text == null)) {
            throw new ConfigException("expected either 'path' or 'text'");
        }
        Metadata metadata = MetadataJson.read(object.path("metadata"));
        if (text != null) {
            var entry = new Entry(id == null ? text : id, Text.of(text), metadata);
            Entry.check(entry.id(), metadata);
            return JobItem.of(entry);
        }
        String modality = string(object, "modality");
        JobItem file = files.apply(Path.of(String.valueOf(path)), modality == null ? null : new Modality(modality));
        var item = new JobItem(id == null ? file.id() : id, file.input(), merged(file.metadata(), metadata));
        Entry.check(item.id(), item.metadata());
        return item;
    }

    private static Metadata merged(Metadata first, Metadata second) {
        Metadata.Builder all = Metadata.builder();
        for (Metadata one : List.of(first, second)) {
            one.fields().forEach((name, values) -> values.forEach(value -> all.put(name, value)));
        }
        return all.build();
    }

    private static @Nullable String string(JsonNode object, String field) {
        JsonNode value = object.path(field);
        if (value.isMissingNode() || value.isNull()) {
            return null;
        }
        if (!value.isTextual()) {
            throw new ConfigException("'%s' is %s; expected a string".formatted(field, value.getNodeType()));
        }
        return value.asText();
    }

    private JobItem malformed(String problem) {
        return JobItem.unreadable(place(), new CorpusException(place() + ": " + problem));
    }

    private String place() {
        return "standard input, line " + line;
    }

    private static List<String> sorted(Set<String> names) {
        return names.stream().sorted().toList();
    }

    /** The rest of a line that is too long is passed over. */
    private @Nullable String readLine() throws IOException {
        var bytes = new ByteArrayOutputStream();
        int read = in.read();
        if (read < 0) {
            return null;
        }
        long length = 0;
        for (; read >= 0 && read != '\n'; read = in.read()) {
            if (++length <= MAX_LINE) {
                bytes.write(read);
            }
        }
        if (length > MAX_LINE) {
            throw new CorpusException("%s: has %,d bytes; a line may have %,d".formatted(place(), length, MAX_LINE));
        }
        String text = bytes.toString(StandardCharsets.UTF_8);
        return text.endsWith("\r") ? text.substring(0, text.length() - 1) : text;
    }
}
