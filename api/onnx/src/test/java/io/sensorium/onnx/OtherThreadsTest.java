package io.sensorium.onnx;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.engine.Engine;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class OtherThreadsTest {
    /** In a JVM of its own, since native engines are looked for once. */
    static final class Application {
        private Application() {}

        public static void main(String[] args) throws Exception {
            var thread = new Thread(() -> {
                Networks.open("picture.onnx", "{output: 'tokens'}").close();
                System.out.println("engines " + Engine.getAllEngines());
            });
            thread.setContextClassLoader(ClassLoader.getPlatformClassLoader());
            thread.start();
            thread.join();
        }
    }

    @Test
    void a_thread_whose_context_loader_sees_no_application_opens_a_network_and_hides_libtorch_from_nobody()
            throws Exception {
        Process child = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "--enable-native-access=ALL-UNNAMED",
                        "-Dai.djl.offline=true",
                        "-cp",
                        System.getProperty("java.class.path"),
                        Application.class.getName())
                .redirectErrorStream(true)
                .start();
        String said = new String(child.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(child.waitFor(60, SECONDS)).isTrue();
        assertThat(said.lines()).as(said).anyMatch(line -> line.startsWith("engines ") && line.contains("PyTorch"));
    }
}
