package dev.weir.standalone.journal;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.schemas.EndOfStream;
import dev.weir.schemas.Gap;
import dev.weir.schemas.LogEntry;
import dev.weir.schemas.LogPacket;
import dev.weir.schemas.RecordDecoder;
import dev.weir.schemas.RelayBatch;
import dev.weir.schemas.RelayBatchCodec;
import dev.weir.schemas.Topics;
import dev.weir.schemas.TrackConfiguration;
import dev.weir.schemas.TrackInfo;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.MockConsumer;
import org.apache.kafka.common.Node;
import org.apache.kafka.common.PartitionInfo;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.Test;

class LogReaderTest {

    private static final TopicPartition MEDIA = new TopicPartition(Topics.MEDIA, 0);
    private static final long START_MICROS = 1_795_579_200_123_456L;

    private final MockConsumer<String, byte[]> consumer = new MockConsumer<>("earliest");

    @Test
    void linesTellTimeTrackSequenceSizeAndKeyframe() {
        // given
        RelayBatch batch = batch(
                "cam",
                0,
                new TrackConfiguration(List.of(
                        new TrackInfo(0, "video", "video", "H264", 90_000, 0, "packetization-mode=1", List.of()))),
                packet(0, 65_537, true),
                new Gap(0, START_MICROS, START_MICROS + 250_000, 12, "kafka away"),
                new EndOfStream(START_MICROS, "DELETE"));

        // when
        String text = new LogLine(ZoneOffset.UTC).format(new LogRecord(2, 7, 300, batch));

        // then
        assertThat(text.lines())
                .containsExactly(
                        "2026-11-25 04:00:00.123 cam/3 tracks   video = H264/90000 (packetization-mode=1)",
                        "2026-11-25 04:00:00.123 cam/3 video    seq=65537 ts=90000 pt=96 5 B end-of-frame key",
                        "2026-11-25 04:00:00.123 cam/3 video    GAP of 12 packets over 250 ms: kafka away",
                        "2026-11-25 04:00:00.123 cam/3 end      DELETE");
    }

    @Test
    void jsonHoldsOneObjectPerEntry() {
        RelayBatch batch = batch("cam", 4, packet(0, 65_537, true));

        assertThat(new LogJson().format(new LogRecord(2, 7, 300, batch)))
                .isEqualTo(
                        "{\"stream\":\"cam\",\"epoch\":3,\"batch\":4,\"partition\":2,\"offset\":7,\"entry\":\"packet\","
                                + "\"arrivalMicros\":1795579200123456,\"track\":0,\"payloadType\":96,\"ssrc\":4294967295,"
                                + "\"sequence\":65537,\"timestamp\":90000,\"marker\":true,\"key\":true,\"bytes\":5}");
    }

    @Test
    void otherStreamsAreSkippedAndForeignRecordsCounted() {
        // given
        prepare(
                new RelayBatchCodec().encode(batch("cam", 0, packet(0, 1, true))),
                new RelayBatchCodec().encode(batch("cam", 1, packet(0, 2, false))),
                "not ours".getBytes(StandardCharsets.UTF_8));
        consumer.addRecord(new ConsumerRecord<>(
                Topics.MEDIA, 0, 3, "other", new RelayBatchCodec().encode(batch("other", 0, packet(0, 1, true)))));
        consumer.updateEndOffsets(Map.of(MEDIA, 4L));

        // when
        List<Long> offsets = new ArrayList<>();
        try (LogReader reader = new LogReader(consumer, Optional.of("cam"), new RecordDecoder())) {
            reader.readToEnd(record -> offsets.add(record.offset()));

            // then
            assertThat(offsets).containsExactly(0L, 1L);
            assertThat(reader.malformed()).isEqualTo(1);
        }
    }

    @Test
    void sinkStopsTheReading() {
        prepare(
                new RelayBatchCodec().encode(batch("cam", 0, packet(0, 1, true))),
                new RelayBatchCodec().encode(batch("cam", 1, packet(0, 2, false))));

        List<Long> offsets = new ArrayList<>();
        try (LogReader reader = new LogReader(consumer, Optional.empty(), new RecordDecoder())) {
            reader.read(
                    record -> {
                        offsets.add(record.offset());
                        return false;
                    },
                    () -> true);
        }

        assertThat(offsets).containsExactly(0L);
    }

    private void prepare(byte[]... values) {
        Node node = new Node(0, "localhost", 1);
        consumer.updatePartitions(
                Topics.MEDIA, List.of(new PartitionInfo(Topics.MEDIA, 0, node, new Node[] {node}, new Node[] {node})));
        consumer.updateBeginningOffsets(Map.of(MEDIA, 0L));
        consumer.updateEndOffsets(Map.of(MEDIA, (long) values.length));
        new LogReader(consumer, Optional.empty(), new RecordDecoder()).seek(LogPosition.BEGINNING);
        for (int i = 0; i < values.length; i++) {
            consumer.addRecord(new ConsumerRecord<>(Topics.MEDIA, 0, i, "cam", values[i]));
        }
    }

    private static RelayBatch batch(String stream, long number, LogEntry... entries) {
        return new RelayBatch(stream, 3, number, START_MICROS, List.of(entries));
    }

    private static LogPacket packet(int track, long sequence, boolean key) {
        return new LogPacket(
                track, "", 96, -1, sequence, 90_000, true, key, START_MICROS, ByteBuffer.wrap(new byte[] {1, 2, 3, 4, 5
                }));
    }
}
