package io.sensorium.audio.decode;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** WAV, AIFF and AU: samples that need converting and nothing else. */
final class PcmDecoder implements Decoder {
    private static final float[] MU_LAW = new float[256];
    private static final float[] A_LAW = new float[256];

    static {
        for (int code = 0; code < 256; code++) {
            MU_LAW[code] = muLaw(code) / 32768f;
            A_LAW[code] = aLaw(code) / 32768f;
        }
    }

    private final ByteBuffer in;
    private final PcmFormat format;

    PcmDecoder(byte[] file, PcmFormat format) {
        this.in = ByteBuffer.wrap(file).order(format.bigEndian() ? ByteOrder.BIG_ENDIAN : ByteOrder.LITTLE_ENDIAN);
        this.format = format;
    }

    @Override
    public AudioInfo info() {
        return format.info();
    }

    @Override
    public void decode(MonoMixer out) {
        int channels = format.channels();
        int bytes = format.bytes();
        int at = format.offset();
        for (int frame = 0; frame < format.frames(); frame++) {
            float sum = 0;
            for (int c = 0; c < channels; c++, at += bytes) {
                sum += sample(at);
            }
            out.add(sum / channels);
        }
    }

    private float sample(int at) {
        return switch (format.coding()) {
            case MU_LAW -> MU_LAW[in.get(at) & 0xFF];
            case A_LAW -> A_LAW[in.get(at) & 0xFF];
            case UNSIGNED -> ((in.get(at) & 0xFF) - 128) / 128f;
            case FLOAT -> format.bytes() == 4 ? in.getFloat(at) : (float) in.getDouble(at);
            case SIGNED ->
                switch (format.bytes()) {
                    case 1 -> in.get(at) / 128f;
                    case 2 -> in.getShort(at) / 32768f;
                    case 3 -> int24(at) / 8388608f;
                    default -> in.getInt(at) / 2147483648f;
                };
        };
    }

    private int int24(int at) {
        return format.bigEndian()
                ? in.get(at) << 16 | (in.get(at + 1) & 0xFF) << 8 | in.get(at + 2) & 0xFF
                : in.get(at + 2) << 16 | (in.get(at + 1) & 0xFF) << 8 | in.get(at) & 0xFF;
    }

    /** ITU-T G.711, table 2a. */
    private static int muLaw(int code) {
        int bits = ~code & 0xFF;
        int magnitude = ((((bits & 0x0F) << 3) + 0x84) << ((bits & 0x70) >> 4)) - 0x84;
        return (bits & 0x80) != 0 ? -magnitude : magnitude;
    }

    /** ITU-T G.711, table 1a. */
    private static int aLaw(int code) {
        int bits = code ^ 0x55;
        int exponent = (bits & 0x70) >> 4;
        int magnitude = (bits & 0x0F) << 4 | 8;
        if (exponent > 0) {
            magnitude = (magnitude | 0x100) << (exponent - 1);
        }
        return (bits & 0x80) != 0 ? magnitude : -magnitude;
    }
}
