package io.sensorium.audio.decode;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import io.sensorium.audio.Clips;
import io.sensorium.core.MediaException;
import io.sensorium.core.Source;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import org.assertj.core.api.AbstractThrowableAssert;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class HostileClipsTest {
    @Test
    void an_empty_file_is_refused_by_name() {
        refusal(new byte[0]).hasMessageStartingWith("clip: ").hasMessageContaining("empty");
    }

    @ParameterizedTest
    @CsvSource({
        "'hello, I am a text file that goes on for a while', is no known audio",
        "'\0\0\0\u0018ftypM4A ', is MPEG-4",
        "'\u0089PNG\r\n\u001a\n', is a PNG picture",
        "'MThd\0\0\0\u0006', is MIDI",
        "'RIFF\0\0\0\0AVI LIST', is RIFF but not WAV",
        "'OggS', 'Ogg without a Vorbis, Opus or FLAC stream'",
        "'fLaC', truncated within its FLAC metadata",
        "'.snd', truncated: AU header",
        "'FORM', is IFF but not AIFF",
    })
    void what_is_no_clip_is_named_for_what_it_is(String content, String message) {
        refusal(content.getBytes(StandardCharsets.ISO_8859_1))
                .hasMessageStartingWith("clip: ")
                .hasMessageContaining(message);
    }

    @Test
    void the_name_of_a_file_decides_nothing() {
        var source = new Source.Bytes(Clips.bytes("clips/stereo16.flac"), "song.mp3");

        assertThat(AudioInfo.of(source).format()).isEqualTo("FLAC (16-bit)");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "pcm16-stereo.wav",
                "float32.wav",
                "pcm16.aiff",
                "pcm24-stereo.aiff",
                "pcm16-stereo.au",
                "stereo16.flac",
                "stereo.ogg",
                "mono.opus"
            })
    void a_clip_cut_within_its_audio_is_refused(String name) {
        byte[] whole = Clips.bytes("clips/" + name);

        refusal(Arrays.copyOf(whole, whole.length * 2 / 3)).hasMessageContaining("truncated");
    }

    @Test
    void an_mp3_cut_short_plays_as_far_as_it_goes() {
        byte[] whole = Clips.bytes("clips/mono-22050.mp3");

        float[] part = Clips.decode(clip(Arrays.copyOf(whole, whole.length * 2 / 3)));

        assertThat(part.length).isBetween(1, Clips.golden("clips/mono-22050.mp3.s16").length - 1);
    }

    @Test
    void a_wav_written_to_a_pipe_reaches_to_the_end_of_the_file() {
        byte[] wav = Clips.wav(16_000, new float[100]);
        Arrays.fill(wav, 40, 44, (byte) 0xFF);

        assertThat(Clips.decode(clip(wav))).hasSize(100);
    }

    @ParameterizedTest
    @ValueSource(ints = {0x7FFFF000, 0x80000000, 0xFFFFFFFF, 0})
    void so_does_one_of_whatever_placeholder(int placeholder) {
        byte[] wav = Clips.wav(16_000, new float[100]);
        ByteBuffer.wrap(wav)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putInt(4, placeholder)
                .putInt(40, placeholder);

        assertThat(Clips.decode(clip(wav))).hasSize(100);
    }

    @Test
    void so_does_one_whose_recorder_died_before_it_could_write_the_length() {
        byte[] wav = Clips.wav(16_000, new float[100]);
        ByteBuffer.wrap(wav).order(ByteOrder.LITTLE_ENDIAN).putInt(4, 36).putInt(40, 0);

        assertThat(Clips.decode(clip(wav))).hasSize(100);
    }

    @Test
    void a_chunk_behind_an_empty_one_of_audio_is_not_taken_for_audio() {
        byte[] wav = concat(
                Clips.wav(16_000), "LIST\24\0\0\0INFOISFT\10\0\0\0Recorder".getBytes(StandardCharsets.ISO_8859_1));
        wav[4] += 28;

        refusal(wav).hasMessageContaining("without a single sample");
    }

    @Test
    void a_wav_of_rate_zero_is_refused() {
        refusal(Clips.wav(0, new float[100])).hasMessageContaining("WAV header says 0 Hz; expected 1,000 to 768,000");
    }

    @Test
    void a_wav_of_no_channels_or_of_too_many_is_refused() {
        byte[] wav = Clips.wav(16_000, new float[100]);
        wav[22] = 0;
        refusal(wav).hasMessageContaining("0 channels; expected 1 to 64");
        wav[22] = 65;
        wav[32] = (byte) 130;
        refusal(wav).hasMessageContaining("65 channels; expected 1 to 64");
    }

    @Test
    void a_wav_of_impossible_bits_is_refused() {
        byte[] wav = Clips.wav(16_000, new float[100]);
        wav[34] = 48;
        wav[32] = 6;
        refusal(wav).hasMessageContaining("48 bits per signed sample");
    }

    @Test
    void a_wav_without_samples_is_refused() {
        refusal(Clips.wav(16_000)).hasMessageContaining("without a single sample");
    }

    @Test
    void a_sample_that_is_no_number_is_refused_where_it_stands() {
        byte[] wav = Clips.bytes("clips/float32.wav");
        int data = new String(wav, StandardCharsets.ISO_8859_1).indexOf("data") + 8;
        Arrays.fill(wav, data + 40, data + 44, (byte) 0xFF);

        refusal(wav).hasMessageContaining("sample 10 is NaN");
    }

    @Test
    void a_tag_that_claims_a_quarter_of_a_gigabyte_costs_nothing() {
        byte[] tag = {'I', 'D', '3', 4, 0, 0, 0x7F, 0x7F, 0x7F, 0x7F, 0, 0};

        assertThat(allocated(
                        () -> refusal(tag).hasMessageContaining("truncated: its ID3 tag ends at byte 268,435,465")))
                .isLessThan(4 << 20);
    }

    @Test
    void a_tag_in_front_is_passed_over() {
        byte[] mp3 = Clips.bytes("clips/stereo-44100.mp3");
        byte[] tagged = concat(new byte[] {'I', 'D', '3', 4, 0, 0, 0, 0, 1, 0}, new byte[128], mp3);

        assertThat(Arrays.equals(Clips.decode(clip(tagged)), Clips.decode(clip(mp3))))
                .isTrue();
    }

    @Test
    void padding_that_a_tag_does_not_count_is_passed_over() {
        byte[] mp3 = Clips.bytes("clips/stereo-44100.mp3");

        float[] found =
                Clips.decode(clip(concat(new byte[] {'I', 'D', '3', 4, 0, 0, 0, 0, 0, 0}, new byte[100_000], mp3)));

        assertThat(Arrays.equals(found, Clips.decode(clip(mp3)))).isTrue();
    }

    @Test
    void a_vbri_frame_is_no_audio() {
        byte[] mp3 = Clips.bytes("clips/stereo-44100.mp3");
        int start = Id3.end(mp3, 0);
        int size = MpegFrame.at(mp3, start).size();
        byte[] audio = Arrays.copyOfRange(mp3, start + size, mp3.length);
        byte[] vbri = new byte[size];
        System.arraycopy(mp3, start, vbri, 0, 4);
        System.arraycopy("VBRI".getBytes(StandardCharsets.ISO_8859_1), 0, vbri, 36, 4);

        assertThat(Arrays.equals(Clips.decode(clip(concat(vbri, audio))), Clips.decode(clip(audio))))
                .isTrue();
    }

    @Test
    void vorbis_of_channels_that_are_coupled_as_its_decoder_cannot_says_what_to_do() {
        refusal(Clips.bytes("clips/six-channels.ogg"))
                .hasMessage("clip: Ogg Vorbis of 6 channels isn't decoded; convert it to stereo or to FLAC");
    }

    @Test
    void a_tag_behind_an_mp3_is_passed_over() {
        byte[] mp3 = Clips.bytes("clips/stereo-44100.mp3");
        byte[] tagged = concat(mp3, "TAG".getBytes(StandardCharsets.ISO_8859_1), new byte[125]);

        assertThat(Arrays.equals(Clips.decode(clip(tagged)), Clips.decode(clip(mp3))))
                .isTrue();
    }

    @Test
    void flac_metadata_that_claims_more_than_there_is_costs_nothing() {
        byte[] flac = Clips.bytes("clips/stereo16.flac");
        byte[] claim = concat(Arrays.copyOf(flac, 42), new byte[] {6, -1, -1, -1}, new byte[40]);
        claim[4] = 0;

        assertThat(allocated(
                        () -> refusal(claim).hasMessageContaining("a FLAC metadata block claims 16,777,215 bytes")))
                .isLessThan(4 << 20);
    }

    @Test
    void of_two_flac_files_in_one_the_first_is_decoded() {
        byte[] flac = Clips.bytes("clips/stereo16.flac");

        float[] found = assertTimeoutPreemptively(Duration.ofSeconds(10), () -> Clips.decode(clip(concat(flac, flac))));

        assertThat(Arrays.equals(found, Clips.golden("clips/stereo16.flac.f32")))
                .isTrue();
    }

    @Test
    void minutes_of_silence_in_a_few_kilobytes_are_refused_by_the_header() {
        refusal(Clips.bytes("clips/silence-700s.flac"))
                .hasMessageContaining("lasts 700.0 s of 48,000 Hz with 1 channels; at most 600.0 s of it are decoded");
    }

    @Test
    void they_are_refused_in_time_and_memory_when_the_header_says_nothing() {
        byte[] bomb = Clips.bytes("clips/silence-700s.flac");
        bomb[21] &= (byte) 0xF0;
        Arrays.fill(bomb, 22, 26, (byte) 0);

        assertTimeoutPreemptively(
                Duration.ofSeconds(30),
                () -> assertThat(allocated(() -> assertThatThrownBy(
                                        () -> EncodedClip.open(clip(bomb), DecodeLimits.DEFAULT)
                                                .decode((samples, count) -> {}))
                                .isInstanceOf(MediaException.class)
                                .hasMessageContaining("goes on past the limit")))
                        .isLessThan(64 << 20));
    }

    @Test
    void a_clip_of_whatever_length_is_described_and_a_longer_limit_lets_more_of_every_shape_pass() {
        byte[] flac = Clips.bytes("clips/stereo16.flac");
        // 2 h of 44.1 kHz, 2 channels, 16 bits: rate, channels, bits and samples in 64 bits
        ByteBuffer.wrap(flac).putLong(18, 44_100L << 44 | 1L << 41 | 15L << 36 | 7_200L * 44_100);

        assertThat(AudioInfo.of(clip(flac)).seconds()).isEqualTo(7_200);
        assertThat(EncodedClip.open(clip(flac), new DecodeLimits(1 << 20, 7_200))
                        .info()
                        .seconds())
                .isEqualTo(7_200);
        assertThatThrownBy(() -> EncodedClip.open(clip(flac), new DecodeLimits(1 << 20, 7_199)))
                .hasMessageContaining("at most 7,199.0 s of it are decoded: cut it or raise maxSeconds");
    }

    @Test
    void a_clip_longer_than_the_limit_is_refused_with_what_to_do() {
        byte[] wav = Clips.wav(8_000, new float[20_000]);

        assertThatThrownBy(() -> EncodedClip.open(clip(wav), new DecodeLimits(1 << 20, 2)))
                .isInstanceOf(MediaException.class)
                .hasMessage("clip: lasts 2.5 s of 8,000 Hz with 1 channels; at most 2.0 s of it are decoded:"
                        + " cut it or raise maxSeconds");
    }

    @Test
    void a_file_larger_than_the_limit_is_refused_unread() {
        assertThatThrownBy(() -> EncodedClip.open(clip(new byte[2000]), new DecodeLimits(1000, 2)))
                .isInstanceOf(MediaException.class)
                .hasMessageContaining("2,000 bytes; at most 1,000");
    }

    private static AbstractThrowableAssert<?, ?> refusal(byte[] bytes) {
        return assertThatThrownBy(() -> Clips.decode(clip(bytes))).isInstanceOf(MediaException.class);
    }

    private static Source clip(byte[] bytes) {
        return new Source.Bytes(bytes, "clip");
    }

    static long allocated(Runnable run) {
        var threads = (com.sun.management.ThreadMXBean) java.lang.management.ManagementFactory.getThreadMXBean();
        long before = threads.getCurrentThreadAllocatedBytes();
        run.run();
        return threads.getCurrentThreadAllocatedBytes() - before;
    }

    static byte[] concat(byte[]... parts) {
        var out = new java.io.ByteArrayOutputStream();
        for (byte[] part : parts) {
            out.writeBytes(part);
        }
        return out.toByteArray();
    }
}
