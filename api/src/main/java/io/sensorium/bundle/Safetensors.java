package io.sensorium.bundle;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.sensorium.core.BundleException;
import io.sensorium.core.Messages;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.channels.WritableByteChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * The <a href="https://huggingface.co/docs/safetensors">safetensors</a> format: eight bytes of header length
 * (little-endian), a JSON header that gives each tensor's dtype, shape and byte range, then the values. Files hold F32;
 * {@link SafetensorsReader} says what else can be read.
 *
 * <p>Tensors are laid out in order of their names, as Python's {@code safetensors} does, so the same tensors make the
 * same bytes and thus the same checksum.
 */
public final class Safetensors {
    /** The longest header that is read or written; room for some 50,000 tensors. */
    static final int MAX_HEADER = 8 << 20;

    static final String METADATA = "__metadata__";
    static final int PREFIX = Long.BYTES;

    private static final int BUFFER = 1 << 16;
    private static final ObjectMapper JSON = new ObjectMapper();

    private Safetensors() {}

    /**
     * All tensors of a file, in the order they lie in it. Takes up to twice the file's size in memory (for F16 and BF16);
     * {@link SafetensorsReader} takes one tensor at a time.
     *
     * @throws BundleException if the file can't be read or is malformed; names file and tensor
     */
    public static Map<String, Tensor> read(Path file) {
        try (var reader = SafetensorsReader.open(file)) {
            return reader.readAll();
        }
    }

    /** Writes a file, replacing one that is there. */
    public static void write(Path file, Map<String, Tensor> tensors) {
        write(file, tensors, Map.of());
    }

    /**
     * Writes a file with free text in its header, replacing one that is there.
     *
     * @param metadata free text that travels in the header
     * @throws BundleException if the file can't be written
     */
    public static void write(Path file, Map<String, Tensor> tensors, Map<String, String> metadata) {
        try (var channel = FileChannel.open(
                file, StandardOpenOption.CREATE, StandardOpenOption.WRITE, StandardOpenOption.TRUNCATE_EXISTING)) {
            write(channel, tensors, metadata);
        } catch (IOException e) {
            throw new BundleException("%s: can't be written: %s".formatted(file, e.getMessage()), e);
        }
    }

    static void write(WritableByteChannel channel, Map<String, Tensor> tensors, Map<String, String> metadata)
            throws IOException {
        var sorted = new TreeMap<>(tensors);
        byte[] header = header(sorted, metadata);
        var buffer = ByteBuffer.allocateDirect(BUFFER).order(ByteOrder.LITTLE_ENDIAN);
        buffer.putLong(header.length);
        flush(buffer, channel);
        writeFully(ByteBuffer.wrap(header), channel);
        for (Tensor tensor : sorted.values()) {
            float[] values = tensor.values();
            for (int from = 0; from < values.length; ) {
                int count = Math.min(values.length - from, BUFFER / Float.BYTES);
                buffer.asFloatBuffer().put(values, from, count);
                buffer.position(count * Float.BYTES);
                flush(buffer, channel);
                from += count;
            }
        }
    }

    private static byte[] header(SortedMap<String, Tensor> tensors, Map<String, String> metadata)
            throws JsonProcessingException {
        ObjectNode root = JSON.createObjectNode();
        if (!metadata.isEmpty()) {
            ObjectNode texts = root.putObject(METADATA);
            new TreeMap<>(metadata).forEach(texts::put);
        }
        long offset = 0;
        for (var named : tensors.entrySet()) {
            if (named.getKey().equals(METADATA)) {
                throw new IllegalArgumentException("no tensor can be named " + METADATA);
            }
            ObjectNode node = root.putObject(named.getKey());
            node.put("dtype", "F32");
            var shape = node.putArray("shape");
            for (long axis : named.getValue().shape()) {
                shape.add(axis);
            }
            long end = offset + (long) named.getValue().values().length * Float.BYTES;
            node.putArray("data_offsets").add(offset).add(end);
            offset = end;
        }
        byte[] json = JSON.writeValueAsBytes(root);
        if (json.length > MAX_HEADER - Long.BYTES) {
            throw new IllegalArgumentException("names and metadata of %s… make a header of %,d bytes; at most %,d"
                    .formatted(Messages.excerpt(tensors.isEmpty() ? "" : tensors.firstKey()), json.length, MAX_HEADER));
        }
        // values start at a multiple of eight, so that other readers can map them
        byte[] padded = Arrays.copyOf(json, (json.length + 7) / 8 * 8);
        Arrays.fill(padded, json.length, padded.length, (byte) ' ');
        return padded;
    }

    private static void flush(ByteBuffer buffer, WritableByteChannel channel) throws IOException {
        buffer.flip();
        writeFully(buffer, channel);
        buffer.clear();
    }

    private static void writeFully(ByteBuffer buffer, WritableByteChannel channel) throws IOException {
        while (buffer.hasRemaining()) {
            channel.write(buffer);
        }
    }
}
