package dev.weir.bench;

import com.sun.management.OperatingSystemMXBean;
import dev.weir.connector.archive.ArchiveFailedException;
import dev.weir.connector.archive.ArchiveSettings;
import dev.weir.connector.archive.ArchiveWriter;
import dev.weir.connector.archive.CommittedObjects;
import dev.weir.connector.archive.LogPartition;
import dev.weir.connector.archive.UploadThread;
import dev.weir.connector.store.FileObjectStore;
import dev.weir.schemas.MalformedRecordException;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryPoolMXBean;
import java.lang.management.MemoryType;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/**
 * Measures the archive sink behind Connect: record values in, fMP4 objects and playlists in a folder out. Making the records
 * is left out of the figures.
 */
@Command(
        name = "archive-load",
        mixinStandardHelpOptions = true,
        description = "Archives hours of media into a folder, as a sink does that was down, and prints what it cost.")
public final class ArchiveLoadTool implements Callable<Integer> {
    private static final LogPartition PARTITION = new LogPartition("weir.media.v1", 0);
    private static final Duration LONGEST = Duration.ofMinutes(10);

    @Option(names = "--directory", required = true, description = "Empty folder for the objects.")
    private Path directory = Path.of("");

    @Option(names = "--kbps", defaultValue = "5000", description = "Rate of the stream (default: ${DEFAULT-VALUE}).")
    private int kbps;

    @Option(names = "--seconds", defaultValue = "3600", description = "Media time (default: ${DEFAULT-VALUE}).")
    private int seconds;

    @Option(names = "--streams", defaultValue = "1", description = "Streams at once (default: ${DEFAULT-VALUE}).")
    private int streams;

    @Option(
            names = "--buffer-mib",
            defaultValue = "128",
            description = "archive.buffer.bytes (default: ${DEFAULT-VALUE}).")
    private int bufferMebibytes;

    @Option(
            names = "--live",
            description = "Collect garbage every ten seconds of media and tell what was left at most; costs CPU time.")
    private boolean live;

    @Option(names = "--warm-up", defaultValue = "120", description = "Media time before (default: ${DEFAULT-VALUE}).")
    private int warmUpSeconds;

    public static void main(String[] args) {
        System.exit(new CommandLine(new ArchiveLoadTool()).execute(args));
    }

    @Override
    public Integer call() throws IOException, MalformedRecordException, ArchiveFailedException {
        new Run("warm-up", warmUpSeconds).archive();
        Run run = new Run("measured", seconds);
        run.archive();
        run.print();
        return 0;
    }

    private final class Run {
        private final List<ArchiveTraffic> traffic = new ArrayList<>();
        private final int mediaSeconds;
        private long liveBytes;
        private long spilledBytes;
        private long offset;
        private long makingNanos;
        private long cpuNanos;
        private long wallNanos;

        Run(String streamId, int mediaSeconds) {
            for (int i = 0; i < streams; i++) {
                traffic.add(new ArchiveTraffic(streamId + "-" + i, kbps));
            }
            this.mediaSeconds = mediaSeconds;
        }

        void archive() throws IOException, MalformedRecordException, ArchiveFailedException {
            ArchiveSettings settings = ArchiveSettings.builder()
                    .segmentDuration(Duration.ofMinutes(1))
                    .bufferBytes((long) bufferMebibytes << 20)
                    .build();
            long cpuBefore = processCpuNanos();
            long wallBefore = System.nanoTime();
            try (ArchiveWriter writer = new ArchiveWriter(
                    new FileObjectStore(directory).open(), settings, UploadThread.daemon(), CommittedObjects.NOBODY)) {
                writer.open(PARTITION);
                for (int second = 0; second < mediaSeconds; second++) {
                    for (ArchiveTraffic stream : traffic) {
                        addSecond(writer, stream);
                    }
                    if (live && second % 10 == 9) {
                        System.gc();
                        liveBytes = Math.max(
                                liveBytes,
                                ManagementFactory.getMemoryMXBean()
                                        .getHeapMemoryUsage()
                                        .getUsed());
                    }
                }
                for (ArchiveTraffic stream : traffic) {
                    writer.add(PARTITION, offset++, stream.end());
                }
                awaitUntil(writer, () -> writer.committable().getOrDefault(PARTITION, -1L) == offset);
                spilledBytes = writer.counters().spilledBytes();
            }
            wallNanos = System.nanoTime() - wallBefore;
            cpuNanos = processCpuNanos() - cpuBefore - makingNanos;
        }

        private void addSecond(ArchiveWriter writer, ArchiveTraffic stream)
                throws IOException, MalformedRecordException, ArchiveFailedException {
            long before = threadCpuNanos();
            List<byte[]> records = stream.nextSecond();
            makingNanos += threadCpuNanos() - before;
            for (byte[] value : records) {
                writer.add(PARTITION, offset++, value);
            }
            awaitUntil(writer, () -> writer.toPause().isEmpty());
        }

        private void awaitUntil(ArchiveWriter writer, BooleanSupplier condition) throws ArchiveFailedException {
            long deadline = System.nanoTime() + LONGEST.toNanos();
            while (!condition.getAsBoolean()) {
                writer.check();
                if (System.nanoTime() - deadline > 0) {
                    throw new IllegalStateException("nothing was written for " + LONGEST);
                }
                LockSupport.parkNanos(1_000_000);
            }
        }

        void print() {
            double megabytes =
                    traffic.stream().mapToLong(ArchiveTraffic::mediaBytes).sum() / 1e6;
            long heap = ManagementFactory.getMemoryPoolMXBeans().stream()
                    .filter(pool -> pool.getType() == MemoryType.HEAP)
                    .map(MemoryPoolMXBean::getPeakUsage)
                    .mapToLong(usage -> usage.getUsed())
                    .sum();
            System.out.printf(
                    "media=%d s %.0f MB records=%d cpu=%.2f s = %.0f MB/s per core; %.0f times real time on one core;"
                            + " wall with making records=%.1f s; heap peak with garbage=%.0f MB, live=%.0f MB,"
                            + " moved to files=%.0f MB%n",
                    mediaSeconds,
                    megabytes,
                    offset,
                    cpuNanos / 1e9,
                    megabytes * 1e9 / cpuNanos,
                    mediaSeconds * 1e9 / cpuNanos,
                    wallNanos / 1e9,
                    heap / 1e6,
                    liveBytes / 1e6,
                    spilledBytes / 1e6);
        }
    }

    private static long processCpuNanos() {
        return ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class).getProcessCpuTime();
    }

    private static long threadCpuNanos() {
        return ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime();
    }
}
