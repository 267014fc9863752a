package io.sensorium.frozen;

import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.mockito.ArgumentMatchers.any;
import static org.mockito.Mockito.mock;
import static org.mockito.Mockito.verify;
import static org.mockito.Mockito.when;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.sensorium.core.ConfigException;
import io.sensorium.core.Modality;
import io.sensorium.spi.ModalityProvider;
import io.sensorium.spi.Preprocessor;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PreprocessorsTest {
    @TempDir
    private Path folder;

    @Test
    void a_preprocessor_whose_frozen_network_cannot_be_opened_is_closed() {
        Preprocessor base = mock();
        ModalityProvider provider = mock();
        when(provider.modality()).thenReturn(Modality.IMAGE);
        when(provider.preprocessor(any(), any())).thenReturn(base);
        ObjectNode absent = JsonNodeFactory.instance.objectNode();
        absent.putObject("backbone").put("file", "absent.onnx");

        assertThatThrownBy(() -> Preprocessors.of(provider, absent, folder, "cpu", null))
                .isInstanceOf(ConfigException.class)
                .hasMessageStartingWith("image.backbone.file is 'absent.onnx'; there is no such file in ");

        verify(base).close();
    }
}
