package io.sensorium.samples.corpora;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sensorium.core.ConfigException;
import io.sensorium.samples.corpora.SpeechEngine.Voice;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

@DisabledOnOs(value = OS.WINDOWS, disabledReason = "stands in for espeak-ng with a shell script")
class SpeechEnginesTest {
    @TempDir
    Path folder;

    @Test
    void espeak_speaks_the_languages_it_lists_and_their_regions() throws IOException {
        EspeakNg espeak = espeak();
        assertThat(espeak.version()).isEqualTo("1.51");
        assertThat(espeak.speaks("fr")).isTrue();
        assertThat(espeak.speaks("fr-CA")).isTrue();
        assertThat(espeak.speaks("zh")).isTrue();
        assertThat(espeak.speaks("en")).isTrue();
        assertThat(espeak.speaks("xx")).isFalse();
    }

    @Test
    void the_voices_of_a_caption_differ_and_are_the_same_every_time() throws IOException {
        EspeakNg espeak = espeak();
        List<Voice> voices = espeak.voices("fr", 14, new SplittableRandom(1));
        assertThat(voices)
                .extracting(Voice::speaker)
                .doesNotHaveDuplicates()
                .allMatch(s -> s.startsWith("espeak-ng/fr"));
        assertThat(espeak.voices("fr", 14, new SplittableRandom(1))).isEqualTo(voices);
    }

    @Test
    void a_caption_reaches_espeak_as_standard_input_whatever_it_holds() throws IOException {
        Path wav = folder.resolve("a.wav");
        espeak().speak("-w /x `boo` \"$(boo)\" [[h@loU]] [[[a", new Voice("v", List.of("-v", "fr")), wav);
        assertThat(folder.resolve("arguments")).content().isEqualTo("-v\nfr\n-w\n" + wav + "\n--stdin\n");
        assertThat(folder.resolve("input")).content().isEqualTo("-w /x `boo` \"$(boo)\" [ [h@loU]] [ [ [a\n");
    }

    @Test
    void an_engine_that_is_absent_is_named_with_what_to_install() {
        var absent = new ExternalProgram(folder + "/no-espeak", "apt-get install espeak-ng", Duration.ofSeconds(5));
        assertThatThrownBy(() -> new EspeakNg(absent))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining("install it with: apt-get install espeak-ng");
    }

    private EspeakNg espeak() throws IOException {
        Path script = Files.writeString(folder.resolve("espeak-ng"), """
                #!/bin/sh
                case "$1" in
                --version) echo 'eSpeak NG text-to-speech: 1.51  Data at: /usr/lib' ;;
                --voices) cat <<'END'
                Pty Language       Age/Gender VoiceName          File                 Other Languages
                 5  fr-fr           --/M      French_(France)    roa/fr               (fr 5)
                 5  cmn             --/M      Chinese_(Mandarin) sit/cmn              (zh-cmn 5)(zh 5)
                 2  en-us           --/M      English_(America)  gmw/en-US            (en 3)
                END
                ;;
                *) printf '%s\\n' "$@" > 'FOLDER/arguments'; cat > 'FOLDER/input' ;;
                esac
                """.replace("FOLDER", folder.toString()));
        Files.setPosixFilePermissions(script, PosixFilePermissions.fromString("rwx------"));
        return new EspeakNg(new ExternalProgram(script.toString(), "", Duration.ofSeconds(20)));
    }
}
