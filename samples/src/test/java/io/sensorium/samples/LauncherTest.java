package io.sensorium.samples;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

@DisabledOnOs(value = OS.WINDOWS, disabledReason = "the launcher is a POSIX shell script")
class LauncherTest {
    @TempDir
    Path folder;

    private Path launcher;

    @BeforeEach
    void copy() throws Exception {
        launcher = Files.copy(Path.of("sensorium"), folder.resolve("sensorium"));
    }

    @Test
    void without_a_build_it_says_what_to_do() throws Exception {
        assertThat(run(Map.of()))
                .isEqualTo("3 sensorium: " + folder.toRealPath()
                        + "/target holds no build; build first: ./mvnw -DskipTests package");
    }

    @Test
    void a_jdk_that_was_named_and_does_not_fit_is_refused() throws Exception {
        Files.createDirectories(folder.resolve("target/lib"));
        Files.createFile(folder.resolve("target/sensorium-samples-1.jar"));
        Files.createDirectories(folder.resolve("old/bin"));
        Path java = Files.writeString(
                folder.resolve("old/bin/java"), "#!/bin/sh\necho '    java.specification.version = 1.8' >&2\n");
        assertThat(java.toFile().setExecutable(true)).isTrue();
        String old = folder.resolve("old").toString();
        assertThat(run(Map.of("SENSORIUM_JAVA_HOME", old)))
                .isEqualTo("3 sensorium: SENSORIUM_JAVA_HOME is " + old + ", which holds no Java 21 or later");
    }

    @Test
    void it_starts_the_jar_with_the_flags_of_the_library_from_a_link_too() throws Exception {
        Files.createDirectories(folder.resolve("target/lib"));
        Files.createFile(folder.resolve("target/sensorium-samples-1.jar"));
        Files.createDirectories(folder.resolve("new/bin"));
        Path java = Files.writeString(
                folder.resolve("new/bin/java"),
                "#!/bin/sh\ncase $1 in -Xsh*) echo '    java.specification.version = 25' >&2;; *) echo \"$@\" >&2;; esac\n");
        assertThat(java.toFile().setExecutable(true)).isTrue();
        launcher = Files.createSymbolicLink(folder.resolve("link"), launcher);
        assertThat(run(Map.of(
                        "SENSORIUM_JAVA_HOME",
                        folder.resolve("new").toString(),
                        "SENSORIUM_JAVA_OPTS",
                        "-Xmx1g -Da=b")))
                .startsWith(
                        "0 --enable-native-access=ALL-UNNAMED --add-modules=jdk.incubator.vector -Dai.djl.offline=true")
                .contains(
                        " -Xmx1g -Da=b -jar " + folder.toRealPath() + "/target/sensorium-samples-1.jar eval two words");
    }

    @Test
    void letters_beyond_ascii_survive_a_locale_that_lacks_them_and_a_machine_that_knows_no_locales() throws Exception {
        Files.createDirectories(folder.resolve("target/lib"));
        Files.createFile(folder.resolve("target/sensorium-samples-1.jar"));
        program(
                "java/bin/java",
                "case $1 in -Xsh*) echo ' java.specification.version = 25' >&2;; *) echo $LC_ALL;; esac");
        program("glibc/locale", "case $LC_ALL in *.UTF-8) echo UTF-8;; *) echo ANSI_X3.4-1968;; esac");
        program("old/locale", "echo ANSI_X3.4-1968");
        program("latin/locale", "echo ISO-8859-1");
        program("none/locale", "exit 127");
        assertThat(localeWith("glibc", "C")).isEqualTo("0 C.UTF-8");
        assertThat(localeWith("glibc", "de_DE.UTF-8")).isEqualTo("0 de_DE.UTF-8");
        assertThat(localeWith("old", "C")).isEqualTo("0 C");
        assertThat(localeWith("latin", "de_DE.ISO-8859-1")).isEqualTo("0 de_DE.ISO-8859-1");
        assertThat(localeWith("none", "C")).isEqualTo("0 C.UTF-8");
    }

    /** What the JVM is started with where the programs of a folder come first. */
    private String localeWith(String programs, String locale) throws Exception {
        return run(Map.of(
                "SENSORIUM_JAVA_HOME",
                folder.resolve("java").toString(),
                "PATH",
                folder.resolve(programs) + ":" + System.getenv("PATH"),
                "LC_ALL",
                locale));
    }

    private void program(String name, String script) throws Exception {
        Path file = folder.resolve(name);
        Files.createDirectories(file.getParent());
        Files.writeString(file, "#!/bin/sh\n" + script + "\n");
        assertThat(file.toFile().setExecutable(true)).isTrue();
    }

    private String run(Map<String, String> environment) throws Exception {
        var builder = new ProcessBuilder("sh", launcher.toString(), "eval", "two words").redirectErrorStream(true);
        builder.environment().keySet().removeIf(name -> name.startsWith("SENSORIUM"));
        builder.environment().putAll(environment);
        Process process = builder.start();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        return process.waitFor() + " " + said.strip();
    }
}
