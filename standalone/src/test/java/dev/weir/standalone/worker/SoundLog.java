package dev.weir.standalone.worker;

import static org.awaitility.Awaitility.await;

import dev.weir.connector.archive.ArchiveSettings;
import dev.weir.connector.archive.ArchiveWriter;
import dev.weir.connector.archive.CommittedObjects;
import dev.weir.connector.archive.LogPartition;
import dev.weir.connector.archive.UploadThread;
import dev.weir.connector.store.FileObjectStore;
import dev.weir.schemas.EndOfStream;
import dev.weir.schemas.LogEntry;
import dev.weir.schemas.LogPacket;
import dev.weir.schemas.RelayBatch;
import dev.weir.schemas.RelayBatchCodec;
import dev.weir.schemas.Topics;
import dev.weir.schemas.TrackConfiguration;
import dev.weir.schemas.TrackInfo;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** A log that a test knows beforehand, and what the archive makes of it. */
final class SoundLog {
    private static final long START_MICROS = 1_790_000_000_000_000L;

    private SoundLog() {}

    /** One stream of sound for each partition, a record every 200 ms. */
    static List<List<byte[]>> of(int streams, int seconds) {
        RelayBatchCodec codec = new RelayBatchCodec();
        List<List<byte[]>> log = new ArrayList<>();
        for (int stream = 0; stream < streams; stream++) {
            List<byte[]> records = new ArrayList<>();
            for (int batch = 0; batch < 5 * seconds; batch++) {
                List<LogEntry> entries = new ArrayList<>();
                if (batch == 0) {
                    TrackInfo track = new TrackInfo(0, "audio", "audio", "OPUS", 48_000, 2, "", List.of());
                    entries.add(new TrackConfiguration(List.of(track), List.of()));
                }
                for (int i = 0; i < 10; i++) {
                    entries.add(packet(10L * batch + i));
                }
                long at = START_MICROS + batch * 200_000L;
                if (batch == 5 * seconds - 1) {
                    entries.add(new EndOfStream(at, "publisher-left"));
                }
                records.add(codec.encode(new RelayBatch("stream-" + stream, 1, batch, at, entries)));
            }
            log.add(records);
        }
        return log;
    }

    private static LogPacket packet(long sequence) {
        ByteBuffer payload = ByteBuffer.allocate(60).put(0, (byte) 0xFC).putLong(1, sequence);
        return new LogPacket(
                0, "", 111, 1, sequence, sequence * 960, false, false, START_MICROS + sequence * 20_000, payload);
    }

    /** Archives it into a folder, undisturbed, as the connector with {@code archive.segment.duration.ms=1000} does. */
    static void archive(List<List<byte[]>> log, Path target, Duration patience) throws Exception {
        ArchiveSettings settings =
                ArchiveSettings.builder().segmentDuration(Duration.ofSeconds(1)).build();
        try (ArchiveWriter writer = new ArchiveWriter(
                new FileObjectStore(target).open(), settings, UploadThread.daemon(), CommittedObjects.NOBODY)) {
            for (int stream = 0; stream < log.size(); stream++) {
                LogPartition partition = new LogPartition(Topics.MEDIA, stream);
                writer.open(partition);
                for (int offset = 0; offset < log.get(stream).size(); offset++) {
                    writer.add(partition, offset, log.get(stream).get(offset));
                }
                long end = log.get(stream).size();
                await().atMost(patience).until(() -> writer.committable().getOrDefault(partition, 0L) == end);
            }
        }
    }
}
