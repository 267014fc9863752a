package io.sensorium.train;

import static org.assertj.core.api.Assertions.assertThat;

import io.sensorium.core.Modality;
import io.sensorium.spi.Features;
import io.sensorium.spi.Preprocessor;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.mockito.Mockito;

class ReferenceViewsTest {
    @Test
    void of_a_long_recording_the_first_window_is_the_reference() {
        Preprocessor whole = Mockito.mock(Preprocessor.class, Mockito.CALLS_REAL_METHODS);
        var recording = Mockito.mock(Preprocessor.Decoded.class);
        var first = new Features.Dense(new float[] {1}, new int[] {1}, 1);
        var second = new Features.Dense(new float[] {2}, new int[] {1}, 1);
        Mockito.doReturn(List.of(first, second)).when(whole).features(recording);

        Preprocessor drawing = Objects.requireNonNull(
                ReferenceViews.firstWindows(Map.of(Modality.AUDIO, whole)).get(Modality.AUDIO));

        assertThat(drawing.features(recording)).containsExactly(first);
    }
}
