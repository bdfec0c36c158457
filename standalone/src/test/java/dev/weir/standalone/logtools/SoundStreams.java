package dev.weir.standalone.logtools;

import dev.weir.schemas.EndOfStream;
import dev.weir.schemas.LogEntry;
import dev.weir.schemas.LogHeaders;
import dev.weir.schemas.LogPacket;
import dev.weir.schemas.RelayBatch;
import dev.weir.schemas.RelayBatchCodec;
import dev.weir.schemas.TrackConfiguration;
import dev.weir.schemas.TrackInfo;
import dev.weir.standalone.clip.TestClip;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.apache.kafka.clients.producer.ProducerRecord;

/** The records of streams without a picture: the bundled clip's sound, a record every 100 ms. */
final class SoundStreams {
    static final int PACKETS = 250;

    private static final int PER_BATCH = 5;
    private static final int PACKET_MICROS = 20_000;
    private static final int AUDIO = 0;
    private static final int VIDEO = 1;

    private SoundStreams() {}

    /**
     * Returns the batches of one epoch.
     *
     * @param startMicros arrival of the first packet
     * @param video whether there is a video of which no keyframe comes
     */
    static List<RelayBatch> batches(String stream, long epoch, long startMicros, boolean video) throws IOException {
        List<ByteBuffer> sound = TestClip.load().audio();
        List<RelayBatch> batches = new ArrayList<>();
        for (int at = 0; at < PACKETS; at += PER_BATCH) {
            List<LogEntry> entries = new ArrayList<>();
            long micros = startMicros + (long) at * PACKET_MICROS;
            if (at == 0) {
                entries.add(tracks(video));
            }
            for (int i = at; i < at + PER_BATCH; i++) {
                long arrival = startMicros + (long) i * PACKET_MICROS;
                if (video) {
                    entries.add(delta(i, arrival));
                }
                entries.add(
                        new LogPacket(AUDIO, "", 111, 1, 70_000 + i, 960L * i, false, false, arrival, sound.get(i)));
            }
            if (at + PER_BATCH == PACKETS) {
                entries.add(new EndOfStream(micros + PER_BATCH * PACKET_MICROS, "publisher-left"));
            }
            batches.add(new RelayBatch(stream, epoch, batches.size(), micros, entries));
        }
        return batches;
    }

    private static TrackConfiguration tracks(boolean video) {
        List<TrackInfo> tracks = new ArrayList<>();
        tracks.add(new TrackInfo(AUDIO, "audio", "audio", "OPUS", 48_000, 2, "", List.of()));
        if (video) {
            tracks.add(new TrackInfo(VIDEO, "video", "video", "VP8", 90_000, 0, "", List.of()));
        }
        return new TrackConfiguration(tracks);
    }

    /** A picture of VP8 in one packet that refers to the one before it (RFC 7741 section 4.2). */
    private static LogPacket delta(int index, long arrival) {
        ByteBuffer payload = ByteBuffer.allocate(200).put(0, (byte) 0x10).put(1, (byte) 0x01);
        return new LogPacket(VIDEO, "", 96, 2, 80_000 + index, 1_800L * index, true, false, arrival, payload);
    }

    /** Returns the Kafka records of batches, as the gateway makes them. */
    static List<ProducerRecord<byte[], byte[]>> records(String topic, int partition, List<RelayBatch> batches) {
        RelayBatchCodec codec = new RelayBatchCodec();
        return batches.stream()
                .map(batch -> {
                    ProducerRecord<byte[], byte[]> record = new ProducerRecord<>(
                            topic,
                            partition,
                            batch.firstArrivalMicros() / 1_000,
                            batch.streamId().getBytes(StandardCharsets.UTF_8),
                            codec.encode(batch));
                    LogHeaders.of(batch).forEach(record.headers()::add);
                    return record;
                })
                .toList();
    }
}
