package dev.weir.connector.archive;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Streams that grow together beyond the task's budget of heap. Before there were files that take over, the budget held only
 * where the streams of the fullest partition fit into it: pausing the others does not make it smaller.
 */
@Timeout(300)
class HeapBudgetTest {
    private static final long BUDGET_BYTES = 12 << 20;
    private static final long PLENTY_BYTES = 1L << 30;
    private static final int OUT_OF_MEMORY = 3;

    /** What the records between two looks add. */
    private static final long SLACK_BYTES = 2 << 20;

    @TempDir
    Path folder;

    @Test
    void objectsAreTheSameFromTheHeapAndFromFilesAndTheBudgetHolds() throws Exception {
        ArchiveCounters roomy = BusyPartition.archive(folder.resolve("roomy"), folder.resolve("spill"), PLENTY_BYTES);
        ArchiveCounters narrow = BusyPartition.archive(folder.resolve("narrow"), folder.resolve("spill"), BUDGET_BYTES);

        assertThat(roomy.spilledBytes()).isZero();
        assertThat(roomy.pendingBytes()).isGreaterThan(6 * BUDGET_BYTES);
        assertThat(narrow.spilledBytes()).isGreaterThan(5 * BUDGET_BYTES);
        assertThat(narrow.pendingBytes()).isLessThan(BUDGET_BYTES + SLACK_BYTES);
        assertThat(narrow.objects()).isEqualTo(2L * BusyPartition.STREAMS).isEqualTo(roomy.objects());
        assertThat(ArchiveRuns.digests(folder.resolve("narrow")))
                .isEqualTo(ArchiveRuns.digests(folder.resolve("roomy")));
        assertThat(folder.resolve("spill")).isEmptyDirectory();
    }

    /** The heap is the budget, one object, what waits for its order, and 16 MB for the program. */
    @Test
    void aHeapOfTheBudgetAndAConstantIsEnoughAndWithoutFilesItIsNot() throws Exception {
        Path noFolder = Files.createFile(folder.resolve("file"));

        assertThat(exitOf("narrow", folder.resolve("spill"))).isZero();
        assertThat(exitOf("without", noFolder)).isEqualTo(OUT_OF_MEMORY);
    }

    private int exitOf(String name, Path spillFolder) throws IOException, InterruptedException {
        Path output = folder.resolve(name + ".txt");
        Process process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xmx40m",
                        "-XX:+UseSerialGC",
                        "-XX:+ExitOnOutOfMemoryError",
                        "-cp",
                        System.getProperty("java.class.path"),
                        BusyPartition.class.getName(),
                        folder.resolve(name).toString(),
                        spillFolder.toString(),
                        Long.toString(BUDGET_BYTES))
                .redirectErrorStream(true)
                .redirectOutput(output.toFile())
                .start();
        try {
            assertThat(process.waitFor(120, TimeUnit.SECONDS)).as(name).isTrue();
            return process.exitValue();
        } finally {
            process.destroyForcibly();
        }
    }
}
