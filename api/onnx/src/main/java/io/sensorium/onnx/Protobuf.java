package io.sensorium.onnx;

import java.io.ByteArrayOutputStream;

/** Writes what a protocol buffer is made of (<a href="https://protobuf.dev/programming-guides/encoding/">its encoding</a>). */
final class Protobuf {
    static final int VARINT = 0;
    static final int FIXED64 = 1;
    static final int BYTES = 2;
    static final int FIXED32 = 5;

    private Protobuf() {}

    /** What goes before a field of {@code length} bytes. */
    static byte[] header(int field, long length) {
        var out = new ByteArrayOutputStream();
        varint(out, (long) field << 3 | BYTES);
        varint(out, length);
        return out.toByteArray();
    }

    static void field(ByteArrayOutputStream out, int field, byte[] content) {
        out.writeBytes(header(field, content.length));
        out.writeBytes(content);
    }

    static void field(ByteArrayOutputStream out, int field, long number) {
        varint(out, (long) field << 3 | VARINT);
        varint(out, number);
    }

    private static void varint(ByteArrayOutputStream out, long value) {
        long left = value;
        for (; left > 0x7f; left >>>= 7) {
            out.write((int) (left & 0x7f | 0x80));
        }
        out.write((int) left);
    }
}
