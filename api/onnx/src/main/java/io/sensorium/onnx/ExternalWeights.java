package io.sensorium.onnx;

import io.sensorium.core.ConfigException;
import io.sensorium.core.Messages;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Function;

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

    private static final int RAW_DATA = 9;
    private static final int EXTERNAL_DATA = 13;
    private static final int DATA_LOCATION = 14;
    private static final int DEFAULT = 0;
    private static final int EXTERNAL = 1;

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

    private final String name;
    private final byte[] network;
    private final Function<String, byte[]> files;
    private final Map<String, byte[]> read = new HashMap<>();
    private int at;
    private long held;

    private ExternalWeights(String name, byte[] network, Function<String, byte[]> files) {
        this.name = name;
        this.network = network;
        this.files = files;
    }

    /**
     * The network with all its weights; itself, uncopied, if it has them.
     *
     * @param name of the network, for messages
     * @param files the content of the file that a network calls so, each asked for once. The name is the network's, hence
     *     no better than its author: whoever reads a file must see to it that it lies beside the network
     * @throws ConfigException if it is no ONNX file, wants bytes that a file doesn't have, or more memory than there is
     */
    public static byte[] join(String name, byte[] network, Function<String, byte[]> files) {
        var weights = new ExternalWeights(name, network, files);
        if (!weights.areApart(Message.MODEL, network.length, 0)) {
            return network;
        }
        weights.at = 0;
        weights.count(network.length);
        var out = new ByteArrayOutputStream(network.length);
        weights.copy(Message.MODEL, network.length, out, 0);
        return out.toByteArray();
    }

    /**
     * Whether any of a network's weights lie in other files. ONNX Runtime reads such files itself, from wherever the network
     * says, and without a digest: it should get no network of which this is so.
     *
     * @param name of the network, for messages
     * @throws ConfigException if it is no ONNX file
     */
    public static boolean apart(String name, byte[] network) {
        return new ExternalWeights(name, network, file -> new byte[0]).areApart(Message.MODEL, network.length, 0);
    }

    private boolean areApart(Message message, int end, int depth) {
        checkDepth(depth);
        while (at < end) {
            int tag = int32(end);
            Message child = message.field(tag >>> 3);
            if (message == Message.TENSOR && tag == (DATA_LOCATION << 3 | Protobuf.VARINT)) {
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

    private void copy(Message message, int end, ByteArrayOutputStream out, int depth) {
        checkDepth(depth);
        while (at < end) {
            int start = at;
            int tag = int32(end);
            int number = tag >>> 3;
            Message child = message.field(number);
            if ((tag & 7) != Protobuf.BYTES || child == Message.OTHER) {
                skip(tag, end);
                out.write(network, start, at - start);
                continue;
            }
            int childEnd = length(end);
            var content = new ByteArrayOutputStream();
            if (child == Message.TENSOR) {
                tensor(childEnd, content);
            } else {
                copy(child, childEnd, content, depth + 1);
            }
            write(out, number, content);
        }
    }

    private void tensor(int end, ByteArrayOutputStream out) {
        var kept = new ByteArrayOutputStream();
        var where = new HashMap<String, String>();
        boolean external = false;
        while (at < end) {
            int field = at;
            int tag = int32(end);
            int number = tag >>> 3;
            if (number == EXTERNAL_DATA && (tag & 7) == Protobuf.BYTES) {
                entry(length(end), where);
            } else if (number == DATA_LOCATION && (tag & 7) == Protobuf.VARINT) {
                int location = int32(end);
                // a value that the enumeration doesn't have changes nothing
                external = location == EXTERNAL || external && location != DEFAULT;
            } else {
                skip(tag, end);
                kept.write(network, field, at - field);
            }
        }
        out.writeBytes(kept.toByteArray());
        if (external) {
            weights(where, out);
        }
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

    private void weights(Map<String, String> where, ByteArrayOutputStream out) {
        String location = where.getOrDefault("location", "");
        byte[] file = read.computeIfAbsent(location, absent -> {
            byte[] content = files.apply(absent);
            count(content.length);
            return content;
        });
        long offset = number(where.getOrDefault("offset", "0"));
        long length = number(where.getOrDefault("length", Long.toString(file.length - offset)));
        if (offset < 0 || length < 0 || offset > file.length || length > file.length - offset) {
            throw damaged("it wants bytes %,d to %,d of '%s', which has %,d"
                    .formatted(offset, offset + length, Messages.excerpt(location), file.length));
        }
        count(length);
        Protobuf.header(out, RAW_DATA, (int) length);
        out.write(file, (int) offset, (int) length);
    }

    /** What is read and what is joined: of the latter there are up to four copies, of graphs within graphs and growing buffers. */
    private void count(long bytes) {
        held += bytes;
        long most = Math.min(Runtime.getRuntime().maxMemory() / 4, Integer.MAX_VALUE / 2);
        if (held > most) {
            throw new ConfigException(
                    "%s and its weights, read and joined, take more than the %,d bytes that they may take here (raise -Xmx)"
                            .formatted(name, most));
        }
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

    private static void write(ByteArrayOutputStream out, int field, ByteArrayOutputStream content) {
        Protobuf.header(out, field, content.size());
        try {
            content.writeTo(out);
        } catch (IOException e) {
            throw new IllegalStateException("memory can't fail", e);
        }
    }

    private ConfigException damaged(String why) {
        return new ConfigException("%s is not an ONNX file that can be opened: %s".formatted(name, why));
    }
}
