package dev.weir.connector.archive;

import dev.weir.connector.store.FileObjectStore;
import dev.weir.schemas.EndOfStream;
import dev.weir.schemas.LogEntry;
import dev.weir.schemas.LogPacket;
import dev.weir.schemas.RelayBatch;
import dev.weir.schemas.RelayBatchCodec;
import dev.weir.schemas.TrackConfiguration;
import dev.weir.schemas.TrackInfo;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.LockSupport;

/** Twenty streams at once in one partition: 80 MB of media in objects of 4 MB that all end at the same time. */
final class BusyPartition {
    static final int STREAMS = 20;
    private static final int SECONDS = 40;
    private static final int PACKETS = 5;
    private static final LogPartition PARTITION = new LogPartition("weir.media.v1", 0);
    private static final long START_MICROS = 1_790_000_000_000_000L;

    private final ByteBuffer payload = ByteBuffer.allocate(2_000).put(0, (byte) 0xFC);
    private final RelayBatchCodec codec = new RelayBatchCodec();
    private long offset;
    private long highestHeldBytes;

    private BusyPartition() {}

    /** Archives into {@code folder} in a JVM of its own: arguments folder, spill folder, budget in bytes. */
    public static void main(String[] arguments) throws Exception {
        ArchiveCounters counters = archive(Path.of(arguments[0]), Path.of(arguments[1]), Long.parseLong(arguments[2]));
        System.out.println("objects=" + counters.objects() + " spilled=" + counters.spilledBytes());
    }

    /** Archives all, and returns the counters with the most that was held at any time as {@code pendingBytes}. */
    static ArchiveCounters archive(Path folder, Path spillFolder, long budgetBytes) throws Exception {
        ArchiveSettings settings = ArchiveSettings.builder()
                .segmentDuration(Duration.ofSeconds(SECONDS))
                .bufferBytes(budgetBytes)
                .spillFolder(spillFolder)
                .build();
        try (ArchiveWriter writer =
                new ArchiveWriter(new FileObjectStore(folder).open(), settings, UploadThread.daemon())) {
            writer.open(PARTITION);
            return new BusyPartition().feed(writer);
        }
    }

    private ArchiveCounters feed(ArchiveWriter writer) throws Exception {
        int batches = 10 * SECONDS + 5;
        for (int batch = 0; batch <= batches; batch++) {
            for (int stream = 0; stream < STREAMS; stream++) {
                writer.add(PARTITION, offset++, record(stream, batch, batch == batches));
                highestHeldBytes = Math.max(highestHeldBytes, writer.counters().pendingBytes());
            }
            awaitRoom(writer);
        }
        while (writer.committable().getOrDefault(PARTITION, -1L) != offset) {
            writer.check();
            LockSupport.parkNanos(1_000_000);
        }
        ArchiveCounters end = writer.counters();
        return new ArchiveCounters(
                end.objects(), end.bytes(), end.retries(), end.gaps(), highestHeldBytes, end.spilledBytes());
    }

    /** Waits as a paused partition does. */
    private static void awaitRoom(ArchiveWriter writer) throws ArchiveFailedException {
        while (writer.toPause().contains(PARTITION)) {
            writer.check();
            LockSupport.parkNanos(1_000_000);
        }
    }

    private byte[] record(int stream, int batch, boolean last) {
        long at = START_MICROS + batch * 100_000L;
        List<LogEntry> entries = new ArrayList<>();
        if (batch == 0) {
            TrackInfo track = new TrackInfo(0, "audio", "audio", "OPUS", 48_000, 2, "", List.of());
            entries.add(new TrackConfiguration(List.of(track), List.of()));
        }
        for (int i = 0; i < PACKETS && !last; i++) {
            long sequence = (long) PACKETS * batch + i;
            payload.putLong(1, sequence);
            entries.add(new LogPacket(
                    0, "", 111, 1, sequence, sequence * 960, false, false, START_MICROS + sequence * 20_000, payload));
        }
        if (last) {
            entries.add(new EndOfStream(at, "publisher-left"));
        }
        return codec.encode(new RelayBatch("stream-" + stream, 1, batch, at, entries));
    }
}
