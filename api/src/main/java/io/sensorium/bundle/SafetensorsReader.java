package io.sensorium.bundle;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.sensorium.core.BundleException;
import io.sensorium.core.Messages;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Reads a safetensors file one tensor at a time. Opening it reads and verifies the header alone: every tensor has a known
 * dtype and exactly the bytes that its shape asks for, and together they tile the file without gap or overlap, so nothing
 * is allocated that the file doesn't hold.
 *
 * <p>F32, F16, BF16, I64 and I32 become floats; integers beyond 2<sup>24</sup> are rounded. Not thread-safe.
 */
public final class SafetensorsReader implements AutoCloseable {
    private static final int BUFFER = 1 << 18;

    private static final ObjectMapper JSON = JsonMapper.builder(JsonFactory.builder()
                    .streamReadConstraints(
                            StreamReadConstraints.builder().maxNestingDepth(8).build())
                    .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                    .build())
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .build();

    private enum Dtype {
        F32(4),
        F16(2),
        BF16(2),
        I64(8),
        I32(4);

        final int bytes;

        Dtype(int bytes) {
            this.bytes = bytes;
        }
    }

    @SuppressWarnings("ArrayRecordComponent") // never compared
    private record Entry(String name, Dtype dtype, long[] shape, long begin, long end) {}

    private final FileChannel channel;
    private final String label;
    private final Map<String, Entry> entries = new LinkedHashMap<>();
    private final Map<String, String> metadata = new TreeMap<>();
    private long dataStart;

    /**
     * Opens a file and verifies its header.
     *
     * @throws BundleException if the file can't be read or its header is malformed; names file and tensor
     */
    public static SafetensorsReader open(Path file) {
        String label = file.toString();
        try {
            return new SafetensorsReader(FileChannel.open(file, StandardOpenOption.READ), label);
        } catch (NoSuchFileException e) {
            throw new BundleException(label + ": no such file", e);
        } catch (IOException e) {
            throw new BundleException("%s: can't be read: %s".formatted(label, e.getMessage()), e);
        }
    }

    /** Takes the channel over: closing the reader, or failing here, closes it. */
    SafetensorsReader(FileChannel channel, String label) {
        this.channel = channel;
        this.label = label;
        try {
            readHeader();
        } catch (IOException e) {
            close();
            throw broken("can't be read: " + e.getMessage(), e);
        } catch (RuntimeException e) {
            close();
            throw e;
        }
    }

    /** Tensor names in the order that the values lie in the file. */
    public Set<String> names() {
        return Collections.unmodifiableSet(entries.keySet());
    }

    /** The free text in the header. */
    public Map<String, String> metadata() {
        return Collections.unmodifiableMap(metadata);
    }

    /** The shape of a tensor, without reading it. */
    public long[] shape(String name) {
        return entry(name).shape.clone();
    }

    /**
     * One tensor's values, as floats.
     *
     * @throws BundleException if there is no such tensor or it can't be read
     */
    public Tensor read(String name) {
        Entry entry = entry(name);
        long size = Tensor.size(entry.shape);
        if (size > Integer.MAX_VALUE - 8) {
            throw brokenTensor(name, "has %,d values; at most %,d fit an array".formatted(size, Integer.MAX_VALUE - 8));
        }
        float[] values = new float[(int) size];
        var buffer = ByteBuffer.allocateDirect((int) Math.min(BUFFER, Math.max(8, entry.end - entry.begin)))
                .order(ByteOrder.LITTLE_ENDIAN);
        long at = dataStart + entry.begin;
        for (int from = 0; from < values.length; ) {
            int count = Math.min(values.length - from, buffer.capacity() / entry.dtype.bytes);
            fill(buffer.clear().limit(count * entry.dtype.bytes), at);
            convert(buffer.flip(), entry.dtype, values, from, count);
            at += (long) count * entry.dtype.bytes;
            from += count;
        }
        return new Tensor(entry.shape.clone(), values);
    }

    Map<String, Tensor> readAll() {
        var tensors = new LinkedHashMap<String, Tensor>();
        names().forEach(name -> tensors.put(name, read(name)));
        return Collections.unmodifiableMap(tensors);
    }

    @Override
    public void close() {
        try {
            channel.close();
        } catch (IOException e) {
            throw broken("can't be closed: " + e.getMessage(), e);
        }
    }

    private Entry entry(String name) {
        Entry entry = entries.get(name);
        if (entry == null) {
            throw brokenTensor(name, "is not in the file");
        }
        return entry;
    }

    private void readHeader() throws IOException {
        long size = channel.size();
        if (size < Safetensors.PREFIX) {
            throw broken("has %,d bytes, too few for a safetensors file".formatted(size), null);
        }
        var prefix = ByteBuffer.allocate(Safetensors.PREFIX).order(ByteOrder.LITTLE_ENDIAN);
        fill(prefix, 0);
        long length = prefix.getLong(0);
        long limit = Math.min(size - Safetensors.PREFIX, Safetensors.MAX_HEADER);
        if (length < 2 || length > limit) {
            throw broken(
                    "says its header has %s bytes; expected 2 to %,d (not a safetensors file, or cut off)"
                            .formatted(Long.toUnsignedString(length), limit),
                    null);
        }
        byte[] header = new byte[(int) length];
        fill(ByteBuffer.wrap(header), Safetensors.PREFIX);
        dataStart = Safetensors.PREFIX + length;
        JsonNode root;
        try {
            root = JSON.readTree(header);
        } catch (IOException e) {
            throw broken("header is not JSON: " + Messages.excerpt(String.valueOf(e.getMessage())), e);
        }
        if (!root.isObject()) {
            throw broken("header is not a JSON object", null);
        }
        List<Entry> found = new ArrayList<>();
        for (var field : root.properties()) {
            if (field.getKey().equals(Safetensors.METADATA)) {
                field.getValue()
                        .properties()
                        .forEach(e -> metadata.put(e.getKey(), e.getValue().asText()));
            } else {
                found.add(parse(field.getKey(), field.getValue()));
            }
        }
        found.sort(Comparator.comparingLong(Entry::begin).thenComparingLong(Entry::end));
        long expected = 0;
        for (Entry entry : found) {
            if (entry.begin != expected) {
                throw brokenTensor(
                        entry.name,
                        "begins at byte %d of the values; expected %d (gap or overlap)"
                                .formatted(entry.begin, expected));
            }
            expected = entry.end;
            entries.put(entry.name, entry);
        }
        if (expected != size - dataStart) {
            throw broken(
                    "holds %,d bytes of values; its header describes %,d (cut off, or with something after the end)"
                            .formatted(size - dataStart, expected),
                    null);
        }
    }

    private Entry parse(String name, JsonNode node) {
        String dtypeName = node.path("dtype").asText("none");
        Dtype dtype = Stream.of(Dtype.values())
                .filter(d -> d.name().equals(dtypeName))
                .findFirst()
                .orElseThrow(() -> brokenTensor(
                        name,
                        "has dtype %s; known are %s"
                                .formatted(Messages.excerpt(dtypeName), Arrays.toString(Dtype.values()))));
        long[] shape = longs(name, "shape", node.path("shape"));
        long[] offsets = longs(name, "data_offsets", node.path("data_offsets"));
        if (offsets.length != 2 || offsets[1] < offsets[0]) {
            throw brokenTensor(name, "has data_offsets %s; expected [begin, end]".formatted(brief(offsets)));
        }
        long size = Tensor.size(shape);
        long held = offsets[1] - offsets[0];
        if (size < 0 || size > Long.MAX_VALUE / dtype.bytes || size * dtype.bytes != held) {
            throw brokenTensor(
                    name,
                    "of shape %s and dtype %s doesn't fit the %,d bytes it is given"
                            .formatted(brief(shape), dtype, held));
        }
        return new Entry(name, dtype, shape, offsets[0], offsets[1]);
    }

    private long[] longs(String name, String field, JsonNode node) {
        if (!node.isArray()) {
            throw brokenTensor(name, "has no array %s".formatted(field));
        }
        long[] values = new long[node.size()];
        for (int i = 0; i < values.length; i++) {
            JsonNode value = node.get(i);
            if (!value.isIntegralNumber() || !value.canConvertToLong() || value.longValue() < 0) {
                throw brokenTensor(
                        name,
                        "has %s in %s; expected whole numbers of at least 0"
                                .formatted(Messages.excerpt(value.toString()), field));
            }
            values[i] = value.longValue();
        }
        return values;
    }

    private static String brief(long[] values) {
        return Arrays.stream(values)
                .limit(8)
                .mapToObj(v -> String.format(Locale.ROOT, "%d", v))
                .collect(Collectors.joining(", ", "[", values.length > 8 ? ", …]" : "]"));
    }

    private void fill(ByteBuffer buffer, long at) {
        try {
            long position = at;
            while (buffer.hasRemaining()) {
                int read = channel.read(buffer, position);
                if (read < 0) {
                    throw broken("ended early; was it changed while being read?", null);
                }
                position += read;
            }
        } catch (IOException e) {
            throw broken("can't be read: " + e.getMessage(), e);
        }
    }

    private static void convert(ByteBuffer from, Dtype dtype, float[] to, int at, int count) {
        switch (dtype) {
            case F32 -> from.asFloatBuffer().get(to, at, count);
            case F16 -> {
                for (int i = 0; i < count; i++) {
                    to[at + i] = Float.float16ToFloat(from.getShort(2 * i));
                }
            }
            case BF16 -> {
                for (int i = 0; i < count; i++) {
                    to[at + i] = Float.intBitsToFloat(from.getShort(2 * i) << 16);
                }
            }
            case I64 -> {
                for (int i = 0; i < count; i++) {
                    to[at + i] = from.getLong(8 * i);
                }
            }
            case I32 -> {
                for (int i = 0; i < count; i++) {
                    to[at + i] = from.getInt(4 * i);
                }
            }
        }
    }

    private BundleException brokenTensor(String tensor, String problem) {
        return broken("tensor '%s' %s".formatted(Messages.excerpt(tensor), problem), null);
    }

    private BundleException broken(String problem, @Nullable Throwable cause) {
        return new BundleException(label + ": " + problem, cause);
    }
}
