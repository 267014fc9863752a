package io.sensorium.audio.decode;

import java.util.Arrays;

/** Decodes FLAC frames (RFC 9639, chapter 9) of one stream. The samples of the last one stay until the next. */
final class FlacFrame {
    private static final int[] CRC8 = new int[256];
    private static final int[] CRC16 = new int[256];

    static {
        for (int i = 0; i < 256; i++) {
            int small = i;
            int large = i << 8;
            for (int bit = 0; bit < 8; bit++) {
                small = small << 1 ^ ((small & 0x80) != 0 ? 0x107 : 0);
                large = large << 1 ^ ((large & 0x8000) != 0 ? 0x18005 : 0);
            }
            CRC8[i] = small & 0xFF;
            CRC16[i] = large & 0xFFFF;
        }
    }

    private final int channels;
    private final int bits;
    private final int[] coefficients = new int[32];
    private int[][] samples;
    private int size;

    FlacFrame(int channels, int bits) {
        this.channels = channels;
        this.bits = bits;
        this.samples = new int[channels][0];
    }

    /** Decodes the frame at an index. @return the index behind it */
    int decode(byte[] file, int start) throws BadMedia {
        var in = new FlacBits(file, start);
        if (in.read(15) != 0x7FFC) {
            throw new BadMedia("damaged: no FLAC frame at byte %,d", start);
        }
        in.read(1);
        int sizeCode = in.read(4);
        int rateCode = in.read(4);
        int assignment = in.read(4);
        int bitsCode = in.read(3);
        in.read(1);
        skipNumber(in);
        size = size(sizeCode, in);
        in.read(rateCode == 12 ? 8 : rateCode == 13 || rateCode == 14 ? 16 : 0);
        int headerEnd = in.align();
        int stated = new int[] {bits, 8, 12, 0, 16, 20, 24, 32}[bitsCode];
        if (in.read(8) != crc8(file, start, headerEnd) || rateCode == 15 || assignment > 10) {
            throw new BadMedia("damaged: the FLAC frame at byte %,d has a wrong header", start);
        }
        if ((assignment < 8 ? assignment + 1 : 2) != channels || stated != bits) {
            throw new BadMedia("FLAC changes its channels or bits at byte %,d", start);
        }
        if (samples[0].length < size) {
            samples = new int[channels][size];
        }
        for (int c = 0; c < channels; c++) {
            boolean side = assignment == 9 ? c == 0 : assignment >= 8 && c == 1;
            subframe(in, samples[c], side ? bits + 1 : bits);
        }
        int end = in.align();
        if (in.read(16) != crc16(file, start, end)) {
            throw new BadMedia("damaged: the FLAC frame at byte %,d has a wrong checksum", start);
        }
        decorrelate(assignment);
        return end + 2;
    }

    /** Hands the mean of the channels to the mixer. */
    void mix(MonoMixer out) {
        float scale = 1f / (1 << (bits - 1)) / channels;
        for (int i = 0; i < size; i++) {
            float sum = 0;
            for (int[] channel : samples) {
                sum += channel[i];
            }
            out.add(sum * scale);
        }
    }

    /** The frame's or sample's number, coded as UTF-8 codes characters but up to 36 bits long. */
    private static void skipNumber(FlacBits in) throws BadMedia {
        int first = in.read(8);
        int more = Integer.numberOfLeadingZeros(~first << 24);
        for (int i = 1; i < more; i++) {
            in.read(8);
        }
    }

    private static int size(int code, FlacBits in) throws BadMedia {
        return switch (code) {
            case 0 -> throw new BadMedia("damaged: a FLAC frame has a reserved size");
            case 1 -> 192;
            case 2, 3, 4, 5 -> 144 << code;
            case 6 -> in.read(8) + 1;
            case 7 -> in.read(16) + 1;
            default -> 1 << code;
        };
    }

    private void subframe(FlacBits in, int[] out, int frameBits) throws BadMedia {
        int type = in.read(7);
        int wasted = in.read(1) == 1 ? in.readUnary() + 1 : 0;
        int width = frameBits - wasted;
        if (width < 1 || type >= 64) {
            throw new BadMedia("damaged: a FLAC subframe of type %d and %d bits", type, width);
        }
        if (type == 0) {
            Arrays.fill(out, 0, size, in.readSigned(width));
        } else if (type == 1) {
            for (int i = 0; i < size; i++) {
                out[i] = in.readSigned(width);
            }
        } else if (type >= 8 && type <= 12) {
            fixed(in, out, type - 8, width);
        } else if (type >= 32) {
            linear(in, out, type - 31, width);
        } else {
            throw new BadMedia("damaged: a FLAC subframe of reserved type %d", type);
        }
        if (wasted > 0) {
            for (int i = 0; i < size; i++) {
                out[i] <<= wasted;
            }
        }
    }

    private void warmUp(FlacBits in, int[] out, int order, int width) throws BadMedia {
        if (order > size) {
            throw new BadMedia("damaged: a FLAC predictor of order %d for %d samples", order, size);
        }
        for (int i = 0; i < order; i++) {
            out[i] = in.readSigned(width);
        }
    }

    private void fixed(FlacBits in, int[] x, int order, int width) throws BadMedia {
        warmUp(in, x, order, width);
        residual(in, x, order);
        for (int i = order; i < size; i++) {
            x[i] += switch (order) {
                case 0 -> 0;
                case 1 -> x[i - 1];
                case 2 -> 2 * x[i - 1] - x[i - 2];
                case 3 -> 3 * (x[i - 1] - x[i - 2]) + x[i - 3];
                default -> 4 * (x[i - 1] + x[i - 3]) - 6 * x[i - 2] - x[i - 4];
            };
        }
    }

    private void linear(FlacBits in, int[] x, int order, int width) throws BadMedia {
        warmUp(in, x, order, width);
        int precision = in.read(4) + 1;
        int shift = in.readSigned(5);
        if (precision == 16 || shift < 0) {
            throw new BadMedia("damaged: a FLAC predictor of %d bits, shifted by %d", precision, shift);
        }
        for (int k = 0; k < order; k++) {
            coefficients[k] = in.readSigned(precision);
        }
        residual(in, x, order);
        if (width + precision + 32 - Integer.numberOfLeadingZeros(order - 1) <= 32) {
            for (int i = order; i < size; i++) {
                int sum = 0;
                for (int k = 0; k < order; k++) {
                    sum += coefficients[k] * x[i - 1 - k];
                }
                x[i] += sum >> shift;
            }
        } else {
            for (int i = order; i < size; i++) {
                long sum = 0;
                for (int k = 0; k < order; k++) {
                    sum += (long) coefficients[k] * x[i - 1 - k];
                }
                x[i] += (int) (sum >> shift);
            }
        }
    }

    private void residual(FlacBits in, int[] out, int order) throws BadMedia {
        int method = in.read(2);
        int partitions = 1 << in.read(4);
        int each = size / partitions;
        if (method > 1 || each * partitions != size || each < order) {
            throw new BadMedia("damaged: a FLAC residual of method %d in %d parts", method, partitions);
        }
        int parameterBits = 4 + method;
        int escape = (1 << parameterBits) - 1;
        int at = order;
        for (int p = 0; p < partitions; p++) {
            int end = (p + 1) * each;
            int parameter = in.read(parameterBits);
            if (parameter == escape) {
                int raw = in.read(5);
                for (; at < end; at++) {
                    out[at] = in.readSigned(raw);
                }
            } else {
                for (; at < end; at++) {
                    out[at] = in.readRice(parameter);
                }
            }
        }
    }

    private void decorrelate(int assignment) {
        if (assignment < 8) {
            return;
        }
        int[] a = samples[0];
        int[] b = samples[1];
        for (int i = 0; i < size; i++) {
            int first = a[i];
            int second = b[i];
            if (assignment == 8) {
                b[i] = first - second;
            } else if (assignment == 9) {
                a[i] = first + second;
            } else {
                int mid = first << 1 | second & 1;
                a[i] = mid + second >> 1;
                b[i] = mid - second >> 1;
            }
        }
    }

    private static int crc8(byte[] file, int start, int end) {
        int crc = 0;
        for (int i = start; i < end; i++) {
            crc = CRC8[crc ^ file[i] & 0xFF];
        }
        return crc;
    }

    private static int crc16(byte[] file, int start, int end) {
        int crc = 0;
        for (int i = start; i < end; i++) {
            crc = crc << 8 & 0xFF00 ^ CRC16[crc >> 8 ^ file[i] & 0xFF];
        }
        return crc;
    }
}
