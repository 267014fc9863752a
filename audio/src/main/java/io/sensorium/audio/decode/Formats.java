package io.sensorium.audio.decode;

import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** Tells the format by the first bytes. */
final class Formats {
    private Formats() {}

    static Decoder decoder(byte[] bytes) throws Exception {
        int start = Id3.end(bytes, 0);
        if (start > bytes.length) {
            throw new BadMedia("truncated: its ID3 tag ends at byte %,d of %,d", start, bytes.length);
        }
        return switch (magic(bytes, start)) {
            case "RIFF" -> new PcmDecoder(bytes, RiffHeader.read(bytes, start));
            case "FORM" -> new PcmDecoder(bytes, AiffHeader.read(bytes, start));
            case ".snd" -> new PcmDecoder(bytes, AuHeader.read(bytes, start));
            case "fLaC" -> FlacDecoder.open(bytes, start);
            case "OggS" -> ogg(bytes, start);
            default -> {
                String known = foreign(bytes, start);
                if (known != null) {
                    throw new BadMedia("is %s; expected WAV, AIFF, AU, MP3, FLAC, Ogg Vorbis or Opus", known);
                }
                yield Mp3Decoder.open(bytes, start);
            }
        };
    }

    private static Decoder ogg(byte[] bytes, int start) throws Exception {
        var packets = new OggPackets(bytes, start);
        while (packets.nextStream()) {
            byte[] first = packets.packet();
            if (VorbisDecoder.starts(first)) {
                return VorbisDecoder.open(packets);
            }
            if (OpusDecoder.starts(first)) {
                return OpusDecoder.open(packets);
            }
            if (OggFlacDecoder.starts(first)) {
                return OggFlacDecoder.open(packets);
            }
        }
        throw new BadMedia("is Ogg without a Vorbis, Opus or FLAC stream");
    }

    private static @Nullable String foreign(byte[] bytes, int start) {
        String magic = magic(bytes, start);
        if (magic(bytes, start + 4).equals("ftyp")) {
            return "MPEG-4 (m4a, mp4)";
        }
        return switch (magic) {
            case "MThd" -> "MIDI";
            case "\u001aE\u00df\u00a3" -> "Matroska or WebM";
            case "0&\u00b2u" -> "Windows Media";
            case "wvpk" -> "WavPack";
            case "RF64" -> "RF64";
            case "#!AM" -> "AMR";
            case "\u0089PNG" -> "a PNG picture";
            case "%PDF" -> "a PDF document";
            case "PK\u0003\u0004" -> "a ZIP archive";
            default -> null;
        };
    }

    private static String magic(byte[] bytes, int start) {
        int end = Math.min(bytes.length, start + 4);
        return start >= end ? "" : new String(bytes, start, end - start, StandardCharsets.ISO_8859_1);
    }
}
