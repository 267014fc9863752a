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
    static void header(ByteArrayOutputStream out, int field, int length) {
        varint(out, (long) field << 3 | BYTES);
        varint(out, length);
    }

    private static void varint(ByteArrayOutputStream out, long value) {
        long left = value;
        for (; left > 0x7f; left >>>= 7) {
            out.write((int) (left & 0x7f | 0x80));
        }
        out.write((int) left);
    }
}
