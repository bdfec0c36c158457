package dev.weir.gateway.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Runs the curl commands of {@code docs/http.md}, in order, and compares what they print. */
class HttpDocumentTest {
    private static final Pattern EXAMPLE =
            Pattern.compile("```sh\n(?<commands>.*?)```\n\n```(text|json)\n(?<printed>.*?)\n```", Pattern.DOTALL);

    @Test
    void everyCommandPrintsWhatTheDocumentSays(@TempDir Path folder) throws Exception {
        Files.writeString(folder.resolve("offer.sdp"), TestGateway.offer("chromium-156-whip"));
        Files.writeString(folder.resolve("player.sdp"), TestGateway.offer("chromium-156-whep"));
        try (TestGateway gateway = TestGateway.start()) {
            Matcher example = EXAMPLE.matcher(Files.readString(Path.of("../docs/http.md")));
            int count = 0;
            while (example.find()) {
                String commands = example.group("commands");
                String firstLine = run(commands, folder, gateway).strip().split("\r?\n", 2)[0];

                assertThat(firstLine).as(commands).isEqualTo(example.group("printed"));
                count++;
            }
            assertThat(count).isEqualTo(5);
        }
    }

    private static String run(String commands, Path folder, TestGateway gateway)
            throws IOException, InterruptedException {
        ProcessBuilder shell = new ProcessBuilder("bash", "-e", "-c", commands).directory(folder.toFile());
        shell.environment().put("WEIR", "http://127.0.0.1:" + gateway.address().getPort());
        Path printed = folder.resolve("printed");
        Process process =
                shell.redirectErrorStream(true).redirectOutput(printed.toFile()).start();
        try {
            assertThat(process.waitFor(30, TimeUnit.SECONDS)).as(commands).isTrue();
        } finally {
            process.destroyForcibly();
        }
        return Files.readString(printed);
    }
}
