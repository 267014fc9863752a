package io.sensorium.audio.decode;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/** Bits of a byte array, the most significant first. Never reads past the end. */
final class FlacBits {
    private static final VarHandle LONG = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.BIG_ENDIAN);

    private final byte[] bytes;
    private int next;

    /** Bits taken from the array and not yet read, at the upper end; zeros follow them. */
    private long held;

    private int count;

    FlacBits(byte[] bytes, int start) {
        this.bytes = bytes;
        this.next = start;
    }

    /** An unsigned number of 0 to 32 bits. */
    int read(int bits) throws BadMedia {
        if (bits == 0) {
            return 0;
        }
        if (count < bits) {
            fill(bits);
        }
        int value = (int) (held >>> (64 - bits));
        held <<= bits;
        count -= bits;
        return value;
    }

    /** A number of 0 to 32 bits in two's complement. */
    int readSigned(int bits) throws BadMedia {
        return bits == 0 ? 0 : read(bits) << (32 - bits) >> (32 - bits);
    }

    /** The number of zeros before the next one, which is read too. */
    int readUnary() throws BadMedia {
        int zeros = 0;
        while (held == 0) {
            zeros += count;
            count = 0;
            fill(1);
        }
        int run = Long.numberOfLeadingZeros(held);
        held = held << run << 1;
        count -= run + 1;
        return zeros + run;
    }

    /** A residual of Rice's code (RFC 9639, 9.2.7.1): unary quotient, remainder, sign in the lowest bit. */
    int readRice(int parameter) throws BadMedia {
        int folded = readUnary() << parameter | read(parameter);
        return folded >>> 1 ^ -(folded & 1);
    }

    /** Passes over what is left of the current byte. @return the index of the next one */
    int align() {
        int rest = count & 7;
        held <<= rest;
        count -= rest;
        return next - count / 8;
    }

    private void fill(int needed) throws BadMedia {
        if (bytes.length - next >= 8) {
            int taken = (64 - count) / 8;
            held |= (long) LONG.get(bytes, next) >>> count;
            next += taken;
            count += 8 * taken;
            if (count < 64) {
                held &= -1L << (64 - count);
            }
        } else {
            while (count <= 56 && next < bytes.length) {
                held |= (bytes[next++] & 0xFFL) << (56 - count);
                count += 8;
            }
        }
        if (count < needed) {
            throw new BadMedia("truncated within a FLAC frame");
        }
    }
}
