package dev.weir.standalone.logtools;

import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** The Apicurio registry from its published package, in memory, on a port of its own. */
final class Apicurio implements AutoCloseable {
    private static final Path HOME = Path.of("target", "apicurio");
    private static final Pattern LISTENING = Pattern.compile("Listening on: (http://[0-9.]+:[0-9]+)");

    private final Process process;
    private final URI url;

    private Apicurio(Process process, URI url) {
        this.process = process;
        this.url = url;
    }

    /** Starts it and waits until it serves; what it prints goes into {@code folder}. */
    static Apicurio start(Path folder) throws IOException {
        Path out = folder.resolve("apicurio.txt");
        Process process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xmx256m",
                        "-XX:+UseSerialGC",
                        "-XX:TieredStopAtLevel=1",
                        "-Dquarkus.http.host=127.0.0.1",
                        "-Dquarkus.http.port=0",
                        "-Dquarkus.log.category.\"io.quarkus\".level=INFO",
                        "-jar",
                        jar().toString())
                .redirectErrorStream(true)
                .redirectOutput(out.toFile())
                .start();
        try {
            String base = await("Apicurio")
                    .atMost(Duration.ofSeconds(90))
                    .until(() -> address(out), Optional::isPresent)
                    .orElseThrow();
            return new Apicurio(process, URI.create(base + "/apis/ccompat/v7"));
        } catch (RuntimeException e) {
            process.destroyForcibly();
            throw new AssertionError(Files.readString(out), e);
        }
    }

    private static Path jar() throws IOException {
        try (Stream<Path> files = Files.list(HOME)) {
            return files.filter(file -> file.toString().endsWith("-runner.jar"))
                    .findFirst()
                    .orElseThrow();
        }
    }

    private static Optional<String> address(Path out) throws IOException {
        Matcher matcher = LISTENING.matcher(Files.readString(out));
        return matcher.find() ? Optional.of(matcher.group(1)) : Optional.empty();
    }

    /** Returns the address of the interface that Confluent's registry has too. */
    URI url() {
        return url;
    }

    @Override
    public void close() {
        process.destroy();
    }
}
