package dev.weir.connector.archive;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.weir.connector.assemble.AssembledEvent.GapFound;
import dev.weir.connector.media.EncodedStream;
import dev.weir.connector.media.LogOf;
import dev.weir.connector.media.LogOf.Timing;
import dev.weir.connector.store.FileObjectStore;
import dev.weir.connector.store.ObjectStore;
import dev.weir.schemas.EndOfStream;
import dev.weir.schemas.Gap;
import dev.weir.schemas.LogEntry;
import dev.weir.schemas.RelayBatch;
import dev.weir.schemas.RelayBatchCodec;
import dev.weir.webrtc.codec.Codec;
import java.io.InputStream;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The gateway of an epoch died: nobody knows what it still held, and the archive says so. */
@Timeout(120)
class CutShortEpochTest {
    private static final LogPartition PARTITION = new LogPartition("weir.media.v1", 0);
    private static final ArchiveSettings SETTINGS = ArchiveSettings.builder()
            .prefix("live/")
            .segmentDuration(Duration.ofSeconds(3))
            .segmentBytes(10_000_000)
            .bufferBytes(100_000_000)
            .silence(Duration.ofMinutes(1))
            .build();

    @TempDir
    Path folder;

    private List<RelayBatch> epoch(long number) {
        List<RelayBatch> log = new LogOf()
                .track(EncodedStream.video(folder, Codec.H264, EncodedStream.picture(160, 120), 4, 25), Timing.DIRECT)
                .batches();
        return new ArrayList<>(log.stream()
                .map(batch -> new RelayBatch(
                        batch.streamId(), number, batch.batchNumber(), batch.firstArrivalMicros(), batch.entries()))
                .toList());
    }

    private static RelayBatch withoutEnd(RelayBatch last) {
        List<LogEntry> entries = last.entries().stream()
                .filter(entry -> !(entry instanceof EndOfStream))
                .toList();
        return new RelayBatch(last.streamId(), last.epoch(), last.batchNumber(), last.firstArrivalMicros(), entries);
    }

    private static RelayBatch declared(RelayBatch last) {
        long arrival = last.firstArrivalMicros();
        return new RelayBatch(
                last.streamId(),
                last.epoch(),
                last.batchNumber() + 1,
                arrival,
                List.of(
                        new Gap(-1, arrival, arrival + 2_000_000, 0, "gateway-died"),
                        new EndOfStream(arrival + 2_000_000, "gateway-died")));
    }

    @Test
    void theGapThatTheNextGatewayDeclaredIsInTheManifest() throws Exception {
        List<RelayBatch> log = epoch(7);
        RelayBatch last = withoutEnd(log.remove(log.size() - 1));
        log.add(last);
        log.add(declared(last));
        log.addAll(epoch(8));

        GapFound gap = requireCutShort(log);

        assertThat(gap.reason()).isEqualTo("gateway-died");
        assertThat(gap.toPtsMicros() - gap.fromPtsMicros()).isEqualTo(2_000_000);
    }

    @Test
    void anEpochThatNobodyEndedIsToldByTheNextOne() throws Exception {
        List<RelayBatch> log = epoch(7);
        log.add(withoutEnd(log.remove(log.size() - 1)));
        log.addAll(epoch(8));

        assertThat(requireCutShort(log).reason()).isEqualTo("no-end-of-stream");
    }

    /** Returns the gap at the end of the first epoch. */
    private GapFound requireCutShort(List<RelayBatch> log) throws Exception {
        ObjectStore store = new FileObjectStore(folder.resolve("archive")).open();
        try (ArchiveWriter writer = new ArchiveWriter(store, SETTINGS, UploadThread.daemon())) {
            writer.open(PARTITION);
            RelayBatchCodec codec = new RelayBatchCodec();
            for (int i = 0; i < log.size(); i++) {
                writer.add(PARTITION, i, codec.encode(log.get(i)));
            }
            await().atMost(Duration.ofSeconds(30)).until(() -> writer.pendingBytes() == 0);
        }
        ArchiveVerifier verifier = new ArchiveVerifier(store, SETTINGS, LogOf.STREAM);
        for (int i = 0; i < log.size(); i++) {
            verifier.add(log.get(i), i);
        }
        List<EpochVerdict> verdicts = verifier.verify(false);
        assertThat(verdicts).hasSize(2).allMatch(EpochVerdict::isProved).allMatch(EpochVerdict::complete);
        assertThat(verdicts.get(0).cutShort()).isTrue();
        assertThat(verdicts.get(1).cutShort()).isFalse();

        List<GapFound> gaps = new ArrayList<>();
        for (String key : store.list(ArchiveKeys.epochFolder("live/", LogOf.STREAM, 7))) {
            if (ArchiveKeys.isManifest(key)) {
                try (InputStream in = store.get(key)) {
                    gaps.addAll(ManifestJson.read(in.readAllBytes()).gaps());
                }
            }
        }
        assertThat(gaps).hasSize(1);
        assertThat(gaps.get(0).packets()).isZero();
        assertThat(gaps.get(0).trackIndex()).isEqualTo(-1);
        return gaps.get(0);
    }
}
