package dev.weir.connector.archive;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.weir.connector.media.EncodedStream;
import dev.weir.connector.media.Ffmpeg;
import dev.weir.connector.media.LogOf;
import dev.weir.connector.media.LogOf.Timing;
import dev.weir.connector.store.FileObjectStore;
import dev.weir.schemas.LogEntry;
import dev.weir.schemas.LogPacket;
import dev.weir.schemas.RelayBatch;
import dev.weir.schemas.RelayBatchCodec;
import dev.weir.webrtc.codec.Codec;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A microphone that is muted for longer than an object leaves objects without sound: their header has one track less, so a
 * player that goes on from object to object has to be told. It was not, and stopped there.
 */
class MutedTrackTest {
    private static final LogPartition PARTITION = new LogPartition("weir.media.v1", 0);

    @TempDir
    Path folder;

    @Test
    void thePlaylistBreaksWhereATrackGoesAndWhereItComesBack() throws Exception {
        // given: sound from 0 to 2.5 s and from 9.2 s on, without a hole in its sequence numbers
        EncodedStream video = EncodedStream.video(folder, Codec.H264, EncodedStream.picture(160, 120), 14, 25);
        EncodedStream audio = EncodedStream.audio(folder, Codec.OPUS, "sine=frequency=440", 14);
        LogOf log = new LogOf().track(video, Timing.DIRECT).track(audio, Timing.DIRECT);

        // when
        archive(log.batches(MutedTrackTest::mute));

        // then
        Path epoch = folder.resolve("archive").resolve(LogOf.STREAM).resolve(Long.toString(LogOf.EPOCH));
        List<String> uris = new ArrayList<>();
        for (String line : Files.readAllLines(epoch.resolve(ArchiveKeys.PLAYLIST))) {
            if (line.startsWith("#EXT-X-MAP:")) {
                uris.add(line.substring(line.indexOf('"') + 1, line.indexOf('"') + 16));
            } else if (line.equals("#EXT-X-DISCONTINUITY")) {
                uris.add("break");
            }
        }
        assertThat(uris)
                .containsExactly(
                        "000000000000000",
                        "break",
                        "000000003000000",
                        "000000006000000",
                        "break",
                        "000000009000000",
                        "000000012000000");
        Ffmpeg.ffmpeg(epoch, "-xerror", "-allowed_extensions", "ALL", "-i", ArchiveKeys.PLAYLIST, "-f", "null", "-");
    }

    private static List<LogEntry> mute(List<LogEntry> entries) {
        List<LogEntry> left = new ArrayList<>();
        int muted = 0;
        for (LogEntry entry : entries) {
            if (entry instanceof LogPacket packet && packet.trackIndex() == 1) {
                if (packet.arrivalMicros() >= LogOf.wall(2_500_000) && packet.arrivalMicros() < LogOf.wall(9_200_000)) {
                    muted++;
                } else {
                    left.add(earlier(packet, muted));
                }
            } else {
                left.add(entry);
            }
        }
        return left;
    }

    private static LogPacket earlier(LogPacket packet, int packets) {
        return new LogPacket(
                packet.trackIndex(),
                packet.rid(),
                packet.payloadType(),
                packet.ssrc(),
                packet.extendedSequence() - packets,
                packet.extendedTimestamp(),
                packet.marker(),
                packet.keyframeStart(),
                packet.arrivalMicros(),
                packet.payload());
    }

    private void archive(List<RelayBatch> batches) throws Exception {
        ArchiveSettings settings = ArchiveSettings.builder()
                .segmentDuration(Duration.ofSeconds(3))
                .segmentBytes(10_000_000)
                .bufferBytes(100_000_000)
                .silence(Duration.ofMinutes(1))
                .build();
        RelayBatchCodec codec = new RelayBatchCodec();
        FileObjectStore store = new FileObjectStore(folder.resolve("archive")).open();
        try (ArchiveWriter writer =
                new ArchiveWriter(store, settings, UploadThread.daemon(), CommittedObjects.NOBODY)) {
            writer.open(PARTITION);
            for (int offset = 0; offset < batches.size(); offset++) {
                writer.add(PARTITION, offset, codec.encode(batches.get(offset)));
            }
            await().atMost(Duration.ofSeconds(30)).until(() -> writer.pendingBytes() == 0);
        }
    }
}
