package io.sensorium.onnx;

import io.sensorium.core.ConfigException;
import io.sensorium.core.Messages;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Makes one file of a network whose weights lie in others beside it, as PyTorch's exporter writes them by default ("external
 * data", <a href="https://github.com/onnx/onnx/blob/main/docs/ExternalData.md">ONNX's description</a>): so a digest, a bundle
 * and a configuration each have one file to name. ONNX Runtime can't do it: what it saves refers to the other files, too.
 *
 * <p>An ONNX file is a protocol buffer. It is copied field by field; only tensors with external data change, and become
 * what an export without it would have.
 */
public final class ExternalWeights {
    /** Graphs within graphs, messages counted; a real network has some ten. */
    private static final int DEEPEST = 100;

    /** The most that one file may have: as much as protocol buffers and arrays can. */
    private static final int MOST = Integer.MAX_VALUE - 8;

    private static final int RAW_DATA = 9;

    /** The tags of TensorProto.external_data and data_location. */
    private static final int ENTRY = 13 << 3 | Protobuf.BYTES;

    private static final int LOCATION = 14 << 3 | Protobuf.VARINT;
    private static final int DEFAULT = 0;
    private static final int EXTERNAL = 1;

    private static final int BUFFER = 1 << 16;

    /** The messages of onnx.proto that lead to tensors, by the numbers of their fields. */
    private enum Message {
        MODEL,
        GRAPH,
        FUNCTION,
        NODE,
        ATTRIBUTE,
        SPARSE_TENSOR,
        TENSOR,
        OTHER;

        private Message field(int number) {
            return switch (this) {
                case MODEL -> of(number, Map.of(7, GRAPH, 25, FUNCTION));
                case GRAPH -> of(number, Map.of(1, NODE, 5, TENSOR, 15, SPARSE_TENSOR));
                case FUNCTION -> of(number, Map.of(7, NODE, 11, ATTRIBUTE));
                case NODE -> of(number, Map.of(5, ATTRIBUTE));
                case ATTRIBUTE ->
                    of(
                            number,
                            Map.of(5, TENSOR, 6, GRAPH, 10, TENSOR, 11, GRAPH, 22, SPARSE_TENSOR, 23, SPARSE_TENSOR));
                case SPARSE_TENSOR -> of(number, Map.of(1, TENSOR, 2, TENSOR));
                case TENSOR, OTHER -> OTHER;
            };
        }

        private static Message of(int number, Map<Integer, Message> fields) {
            return fields.getOrDefault(number, OTHER);
        }
    }

    /** Finds what lies beside a network. */
    @FunctionalInterface
    public interface Beside {
        /**
         * The file that a network calls so; asked for again and again. The name is the network's, hence no better than its
         * author: whoever answers must see to it that the file lies beside the network.
         */
        Path file(String name) throws IOException;
    }

    private final String name;
    private final byte[] network;
    private final Beside files;
    private int at;

    private ExternalWeights(String name, byte[] network, Beside files) {
        this.name = name;
        this.network = network;
        this.files = files;
    }

    /**
     * Writes the network with all its weights to a file, which takes little memory however many there are. Nothing is written
     * before all weights are known to be there.
     *
     * @param name of the network, for messages
     * @param to the file; the folder that it is in is made if need be. What is left of it after an error is of no use
     * @throws ConfigException if it is no ONNX file, wants bytes that a file doesn't have, or more than an ONNX file can have
     */
    static void join(String name, byte[] network, Beside files, Path to) throws IOException {
        var weights = new ExternalWeights(name, network, files);
        long size = weights.size(Message.MODEL, network.length, 0);
        if (size > MOST) {
            throw new ConfigException("%s and its weights have %,d bytes; an ONNX file of its own has at most %,d"
                    .formatted(name, size, MOST));
        }
        Files.createDirectories(to.toAbsolutePath().resolveSibling("."));
        weights.at = 0;
        try (var out = new BufferedOutputStream(Files.newOutputStream(to), BUFFER)) {
            weights.copy(Message.MODEL, network.length, out, 0);
        }
    }

    /**
     * Whether any of a network's weights lie in other files. ONNX Runtime reads such files itself, from wherever the network
     * says, and without a digest: it should get no network of which this is so.
     *
     * @param name of the network, for messages
     * @throws ConfigException if it is no ONNX file
     */
    public static boolean apart(String name, byte[] network) {
        return new ExternalWeights(name, network, Path::of).areApart(Message.MODEL, network.length, 0);
    }

    private boolean areApart(Message message, int end, int depth) {
        checkDepth(depth);
        while (at < end) {
            int tag = int32(end);
            Message child = message.field(tag >>> 3);
            if (message == Message.TENSOR && tag == LOCATION) {
                if (int32(end) == EXTERNAL) {
                    return true;
                }
            } else if ((tag & 7) == Protobuf.BYTES && child != Message.OTHER) {
                if (areApart(child, length(end), depth + 1)) {
                    return true;
                }
            } else {
                skip(tag, end);
            }
        }
        return false;
    }

    /** Of a message once it is joined. */
    private long size(Message message, int end, int depth) throws IOException {
        checkDepth(depth);
        if (message == Message.TENSOR) {
            Tensor tensor = tensor(end);
            return tensor.kept + (tensor.weights == null ? 0 : sized(RAW_DATA, tensor.weights.length));
        }
        long size = 0;
        while (at < end) {
            int start = at;
            int tag = int32(end);
            Message child = message.field(tag >>> 3);
            if ((tag & 7) != Protobuf.BYTES || child == Message.OTHER) {
                skip(tag, end);
                size += at - start;
            } else {
                size += sized(tag >>> 3, size(child, length(end), depth + 1));
            }
        }
        return size;
    }

    private static long sized(int field, long length) {
        return Protobuf.header(field, length).length + length;
    }

    /** A message's size goes before it, and is found anew at each depth, of which there are few: that takes no memory. */
    private void copy(Message message, int end, OutputStream out, int depth) throws IOException {
        if (message == Message.TENSOR) {
            copyTensor(end, out);
            return;
        }
        while (at < end) {
            int start = at;
            int tag = int32(end);
            Message child = message.field(tag >>> 3);
            if ((tag & 7) != Protobuf.BYTES || child == Message.OTHER) {
                skip(tag, end);
                out.write(network, start, at - start);
                continue;
            }
            int childEnd = length(end);
            int content = at;
            out.write(Protobuf.header(tag >>> 3, size(child, childEnd, depth + 1)));
            at = content;
            copy(child, childEnd, out, depth + 1);
        }
    }

    private void copyTensor(int end, OutputStream out) throws IOException {
        int start = at;
        Weights weights = tensor(end).weights;
        at = start;
        while (at < end) {
            int field = at;
            int tag = int32(end);
            skip(tag, end);
            if (tag != ENTRY && tag != LOCATION) {
                out.write(network, field, at - field);
            }
        }
        if (weights != null) {
            out.write(Protobuf.header(RAW_DATA, weights.length));
            copy(weights, out);
        }
    }

    private void copy(Weights weights, OutputStream out) throws IOException {
        try (FileChannel file = FileChannel.open(weights.file)) {
            InputStream in = Channels.newInputStream(file.position(weights.offset));
            var buffer = new byte[BUFFER];
            for (long left = weights.length; left > 0; ) {
                int read = in.read(buffer, 0, (int) Math.min(left, buffer.length));
                if (read < 0) {
                    throw new ConfigException("%s becomes shorter while it is read".formatted(weights.file));
                }
                out.write(buffer, 0, read);
                left -= read;
            }
        }
    }

    /**
     * What a tensor becomes.
     *
     * @param kept bytes of what stays
     * @param weights null if it has its own
     */
    private record Tensor(long kept, @Nullable Weights weights) {}

    private record Weights(Path file, long offset, long length) {}

    private Tensor tensor(int end) throws IOException {
        long kept = 0;
        var where = new HashMap<String, String>();
        boolean external = false;
        while (at < end) {
            int field = at;
            int tag = int32(end);
            if (tag == ENTRY) {
                entry(length(end), where);
            } else if (tag == LOCATION) {
                int location = int32(end);
                // a value that the enumeration doesn't have changes nothing
                external = location == EXTERNAL || external && location != DEFAULT;
            } else {
                skip(tag, end);
                kept += at - field;
            }
        }
        return new Tensor(kept, external ? weights(where) : null);
    }

    /** A StringStringEntryProto. */
    private void entry(int end, Map<String, String> entries) {
        String key = "";
        String value = "";
        while (at < end) {
            int tag = int32(end);
            if ((tag & 7) != Protobuf.BYTES) {
                skip(tag, end);
                continue;
            }
            int textEnd = length(end);
            String text = new String(network, at, textEnd - at, StandardCharsets.UTF_8);
            at = textEnd;
            switch (tag >>> 3) {
                case 1 -> key = text;
                case 2 -> value = text;
                default -> {}
            }
        }
        entries.put(key, value);
    }

    private Weights weights(Map<String, String> where) throws IOException {
        String location = where.getOrDefault("location", "");
        Path file = files.file(location);
        long size = Files.size(file);
        long offset = number(where.getOrDefault("offset", "0"));
        long length = number(where.getOrDefault("length", Long.toString(size - offset)));
        if (offset < 0 || length < 0 || offset > size || length > size - offset) {
            throw damaged("it wants bytes %,d to %,d of '%s', which has %,d"
                    .formatted(offset, offset + length, Messages.excerpt(location), size));
        }
        if (length > MOST) {
            throw new ConfigException("%s wants %,d bytes of '%s'; a tensor has at most %,d"
                    .formatted(name, length, Messages.excerpt(location), MOST));
        }
        return new Weights(file, offset, length);
    }

    private void checkDepth(int depth) {
        if (depth > DEEPEST) {
            throw damaged("graphs are nested more than %d deep".formatted(DEEPEST));
        }
    }

    private long number(String text) {
        try {
            return Long.parseLong(text);
        } catch (NumberFormatException e) {
            throw new ConfigException(
                    "%s: '%s' is no offset or length of external data".formatted(name, Messages.excerpt(text)), e);
        }
    }

    private void skip(int tag, int end) {
        switch (tag & 7) {
            case Protobuf.VARINT -> varint(end);
            case Protobuf.FIXED64 -> advance(Long.BYTES, end);
            case Protobuf.BYTES -> at = length(end);
            case Protobuf.FIXED32 -> advance(Integer.BYTES, end);
            default -> throw damaged("a field of unknown type at byte %,d".formatted(at));
        }
    }

    private void advance(int bytes, int end) {
        if (bytes > end - at) {
            throw damaged("it ends within a field");
        }
        at += bytes;
    }

    /** Reads the length of what follows, and says where that ends. */
    private int length(int end) {
        long length = varint(end);
        if (length < 0 || length > end - at) {
            throw damaged("a field at byte %,d is longer than what holds it".formatted(at));
        }
        return at + (int) length;
    }

    /** A tag, an enumeration's value: of a longer number, protocol buffers take the lower half. */
    private int int32(int end) {
        return (int) varint(end);
    }

    private long varint(int end) {
        long value = 0;
        for (int shift = 0; shift < Long.SIZE && at < end; shift += 7) {
            byte next = network[at++];
            value |= (long) (next & 0x7f) << shift;
            if (next >= 0) {
                return value;
            }
        }
        throw damaged("it ends within a number");
    }

    private ConfigException damaged(String why) {
        return new ConfigException("%s is not an ONNX file that can be opened: %s".formatted(name, why));
    }
}
