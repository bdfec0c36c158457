package dev.weir.standalone.endtoend;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.standalone.endtoend.InteropTable.Pair;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/**
 * Every client that runs here publishes, every viewer that runs here watches it, and every player plays its recording; {@code
 * docs/interop.md} tells. {@code
 * -Dweir.interop.whole=true} has all codecs of each and writes the document.
 */
class InteropIT {
    private static final Duration TIMEOUT = Duration.ofMinutes(10);
    private static final Path DOCUMENT = Path.of("..", "docs", "interop.md");

    // Assigned by run().
    @SuppressWarnings("NullAway.Init")
    private static InteropTable table;

    @BeforeAll
    static void run() throws Exception {
        // There is no way to the registry from inside the namespace.
        NodeClients.install();
        Path target = Files.createDirectories(Path.of("target", "end-to-end")).toAbsolutePath();
        Path folder = Files.createTempDirectory(target, "interop-");
        List<String> command = new ArrayList<>(List.of(
                "unshare",
                "-rn",
                "sh",
                Path.of("target", "test-classes", "client", "namespace.sh").toString(),
                ClientProcess.javaCommand(),
                "-Xmx256m",
                "-Dweir.interop.whole=" + InteropTable.WHOLE,
                "-cp",
                System.getProperty("java.class.path"),
                InteropRun.class.getName(),
                folder.toString()));
        try (ClientProcess run = ClientProcess.start("interop", command)) {
            int exit = run.awaitExit(TIMEOUT);
            Files.writeString(folder.resolve("output.txt"), run.output());
            assertThat(exit).as(run.output()).isZero();
            table = InteropTable.read(run.output());
        }
    }

    @TestFactory
    Stream<DynamicTest> clientsPublishAndLeave() {
        return InteropTable.pairs().stream()
                .filter(pair -> pair.viewer().isEmpty())
                .map(pair -> DynamicTest.dynamicTest(
                        pair.publisher() + " publishes " + pair.codec(),
                        () -> assertThat(table.result(pair).path("failure").asText())
                                .isEmpty()));
    }

    @TestFactory
    Stream<DynamicTest> viewersDecodeOrAreRefusedByName() {
        return InteropTable.pairs().stream()
                .filter(pair -> !pair.viewer().isEmpty())
                .map(pair -> DynamicTest.dynamicTest(
                        pair.viewer() + " watches " + pair.publisher() + "'s " + pair.codec(), () -> check(pair)));
    }

    private static void check(Pair pair) {
        String reason = InteropTable.cannot(pair);
        assertThat(table.outcome(pair))
                .as("%s", table.result(pair))
                .isEqualTo(reason.isEmpty() ? "decoded" : "refused: " + reason);
    }

    @TestFactory
    Stream<DynamicTest> recordingsPlay() {
        return InteropTable.recorded().stream()
                .flatMap(pair -> RecordingPlayers.NAMES.stream()
                        .map(player -> DynamicTest.dynamicTest(
                                player + " plays what was archived of " + pair.publisher() + "'s " + pair.codec(),
                                () -> assertThat(table.playback(pair, player))
                                        .as(table.complaint(pair, player))
                                        .isEqualTo(InteropTable.cannotPlay(pair, player)
                                                .orElse("plays")))));
    }

    @Test
    void theDocumentTellsIt() throws Exception {
        if (InteropTable.WHOLE) {
            Files.writeString(DOCUMENT, table.markdown());
        }
        assertThat(Files.readAllLines(DOCUMENT)).containsAll(table.rows()).containsAll(table.recordingRows());
    }
}
