package dev.weir.standalone.launcher;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The two shell scripts at the root, in environments that a user may have. */
@Timeout(120)
class LauncherIT {

    private static final Path ROOT = Path.of("..").toAbsolutePath().normalize();

    @TempDir
    Path folder;

    @Test
    void helpListsTheCommands() throws Exception {
        Result result = run("weir", Map.of("WEIR_BUILD", "never"), "--help");

        assertThat(result.exitCode).as(result.output).isZero();
        assertThat(result.output).contains("demo", "gateway", "log", "config", "publish", "play");
    }

    @Test
    void itsOwnVariablesAreNoConfiguration() throws Exception {
        Result result = run("weir", Map.of("WEIR_BUILD", "never", "WEIR_JAVA_OPTS", "-Dx=y -Xmx64m"), "config", "show");

        assertThat(result.exitCode).as(result.output).isZero();
    }

    @Test
    void oldJavaIsToldInOneLine() throws Exception {
        script("java", "echo 'openjdk version \"11.0.2\" 2019-01-15' >&2");

        Result result = run("weir", Map.of("JAVA_HOME", folder.toString()), "--help");

        assertThat(result.exitCode).isEqualTo(1);
        assertThat(result.output)
                .isEqualTo("weir: " + folder.resolve("bin").resolve("java")
                        + " is Java 11: install a JDK 17 or newer, or point JAVA_HOME to one\n");
    }

    @Test
    void missingJavaIsToldInOneLine() throws Exception {
        Result result = run("weir", Map.of("JAVA_HOME", folder.toString()), "--help");

        assertThat(result.exitCode).isEqualTo(1);
        assertThat(result.output)
                .isEqualTo("weir: JAVA_HOME is " + folder + " and holds no bin/java: point it to a JDK 17 or newer\n");
    }

    @Test
    void misspeltCommandAndFlagAreUsageErrors() throws Exception {
        Result command = run("weir", Map.of("WEIR_BUILD", "never"), "dmeo");
        Result flag = run("weir", Map.of("WEIR_BUILD", "never"), "demo", "--for", "soon");

        assertThat(command.exitCode).isEqualTo(2);
        assertThat(command.output).contains("'dmeo'", "Commands:");
        assertThat(flag.exitCode).isEqualTo(2);
        assertThat(flag.output).contains("'soon' is not a duration such as 20s or 5m");
    }

    @Test
    void wrapperRefusesAnotherMavenThanThePinnedOne() throws Exception {
        // given: a repository whose file has another checksum
        Path file = folder.resolve("org/apache/maven/apache-maven/3.9.11/apache-maven-3.9.11-bin.zip");
        Files.createDirectories(file.getParent());
        Files.writeString(file, "not Maven");

        // when
        Result result = run(
                "mvnw",
                Map.of(
                        "MVNW_REPOURL",
                        "file://" + folder,
                        "MAVEN_USER_HOME",
                        folder.resolve("home").toString()),
                "--version");

        // then
        assertThat(result.exitCode).isEqualTo(1);
        assertThat(result.output).contains("wrong SHA-512").doesNotContain("Apache Maven 3");
    }

    @Test
    void wrapperUsesANewerMavenThatIsThereAlready() throws Exception {
        // given
        Path home = folder.resolve("home/wrapper/dists/apache-maven-3.9.99/0123/apache-maven-3.9.99");
        Files.createDirectories(home.resolve("bin"));
        Files.createDirectories(home.resolve("lib"));
        Files.writeString(home.resolve("lib/maven-core-3.9.99.jar"), "");
        executable(home.resolve("bin/mvn"), "echo cached \"$@\"");

        // when
        Result result =
                run("mvnw", Map.of("MAVEN_USER_HOME", folder.resolve("home").toString()), "-B", "verify");

        // then
        assertThat(result.output).isEqualTo("cached -B verify\n");
        assertThat(result.exitCode).isZero();
    }

    private void script(String name, String body) throws IOException {
        Files.createDirectories(folder.resolve("bin"));
        executable(folder.resolve("bin").resolve(name), body);
    }

    private static void executable(Path file, String body) throws IOException {
        Files.writeString(file, "#!/bin/sh\n" + body + "\n");
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
    }

    private static Result run(String script, Map<String, String> environment, String... arguments)
            throws IOException, InterruptedException {
        List<String> command =
                new ArrayList<>(List.of("sh", ROOT.resolve(script).toString()));
        command.addAll(List.of(arguments));
        ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
        builder.environment().putIfAbsent("JAVA_HOME", System.getProperty("java.home"));
        builder.environment().putAll(environment);
        Process process = builder.start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor(60, TimeUnit.SECONDS)).as(output).isTrue();
        return new Result(process.exitValue(), output);
    }

    private record Result(int exitCode, String output) {}
}
