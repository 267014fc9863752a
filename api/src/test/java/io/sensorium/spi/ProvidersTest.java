package io.sensorium.spi;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.simple.SimpleServiceProvider;
import org.slf4j.spi.SLF4JServiceProvider;

class ProvidersTest {
    @TempDir
    Path folder;

    private final ClassLoader before = Thread.currentThread().getContextClassLoader();

    /** Only a context loader knows of it. */
    public static final class Added extends SimpleServiceProvider {}

    @AfterEach
    void restore() {
        Thread.currentThread().setContextClassLoader(before);
    }

    @Test
    void a_thread_whose_context_loader_sees_nothing_finds_what_the_library_sees() {
        Thread.currentThread().setContextClassLoader(ClassLoader.getPlatformClassLoader());
        assertThat(found()).containsExactly(SimpleServiceProvider.class);
        Thread.currentThread().setContextClassLoader(null);
        assertThat(found()).containsExactly(SimpleServiceProvider.class);
    }

    @Test
    void what_a_context_loader_has_besides_comes_after_and_nothing_comes_twice() throws Exception {
        Path services = Files.createDirectories(folder.resolve("META-INF/services"));
        Files.writeString(services.resolve(SLF4JServiceProvider.class.getName()), Added.class.getName());
        try (var loader = new URLClassLoader(new URL[] {folder.toUri().toURL()}, before)) {
            Thread.currentThread().setContextClassLoader(loader);
            assertThat(found()).containsExactly(SimpleServiceProvider.class, Added.class);
        }
    }

    private static List<Class<?>> found() {
        return Providers.of(SLF4JServiceProvider.class).stream()
                .<Class<?>>map(Object::getClass)
                .toList();
    }
}
