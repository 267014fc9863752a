package io.sensorium.model;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;

import io.sensorium.Sensorium;
import io.sensorium.core.Audio;
import io.sensorium.core.Image;
import io.sensorium.core.Text;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class OtherThreadsTest {
    /** In a JVM of its own, since the native engine is looked for once. */
    static final class Application {
        private Application() {}

        public static void main(String[] args) throws Exception {
            var thread = new Thread(() -> {
                try (Sensorium model = Sensorium.loadDefault()) {
                    model.embed(Image.of(Path.of("../samples/corpus/img/fluent/monkey.webp")));
                    model.embed(Audio.of(Path.of("../samples/corpus/snd/en/pico-us/monkey.opus")));
                    model.embed(Text.of("a monkey"));
                    System.out.println("embedded");
                }
            });
            thread.setContextClassLoader(ClassLoader.getPlatformClassLoader());
            thread.start();
            thread.join();
        }
    }

    @Test
    void a_thread_whose_context_loader_sees_no_application_loads_the_model_and_embeds() throws Exception {
        Process child = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "--enable-native-access=ALL-UNNAMED",
                        "--add-modules=jdk.incubator.vector",
                        "-Dai.djl.offline=true",
                        "-Dai.djl.pytorch.num_threads=1",
                        "-cp",
                        System.getProperty("java.class.path"),
                        Application.class.getName())
                .redirectErrorStream(true)
                .start();
        String said = new String(child.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(child.waitFor(60, SECONDS)).isTrue();
        assertThat(said.lines()).as(said).contains("embedded");
    }
}
