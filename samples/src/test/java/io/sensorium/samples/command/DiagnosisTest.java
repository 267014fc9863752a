package io.sensorium.samples.command;

import static org.assertj.core.api.Assertions.assertThat;

import io.sensorium.samples.command.Diagnosis.State;
import org.junit.jupiter.api.Test;

class DiagnosisTest {
    @Test
    void a_locale_without_unicode_is_told_with_what_to_set() {
        assertThat(Diagnosis.locale("UTF-8").state()).isEqualTo(State.OK);
        Diagnosis narrow = Diagnosis.locale("ANSI_X3.4-1968");
        assertThat(narrow.state()).isEqualTo(State.NOTE);
        assertThat(narrow.found()).startsWith("ANSI_X3.4-1968, ").contains("LC_ALL=C.UTF-8");
    }
}
