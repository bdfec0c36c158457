package dev.weir.gateway.mirror;

import static dev.weir.gateway.mirror.Packets.EPOCH;
import static dev.weir.gateway.mirror.Packets.micros;
import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.schemas.EndOfStream;
import dev.weir.schemas.Heartbeat;
import dev.weir.schemas.LogEntry;
import dev.weir.schemas.LogPacket;
import dev.weir.schemas.RelayBatchCodec;
import dev.weir.schemas.TrackConfiguration;
import dev.weir.schemas.TrackInfo;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class BatchCutterTest {
    private static final TrackConfiguration CONFIGURATION = new TrackConfiguration(
            List.of(new TrackInfo(0, "video", "video", "H264", 90_000, 0, "packetization-mode=1", List.of())));

    private final MirrorConfig config = MirrorConfig.builder("localhost:1").build();
    private final List<OutgoingBatch> batches = new ArrayList<>();
    private final BatchCutter cutter = new BatchCutter("lobby", EPOCH, 3, config, batches::add);
    private final Packets packets = new Packets();

    @Test
    void aBatchEndsWithTheFrameThatMakesItOldEnough() {
        cutter.packet(packets.video(0, true, false, 1000), 1200);
        cutter.packet(packets.video(1, false, true, 1000), 1200);
        cutter.packet(packets.video(33, false, false, 1000), 1200);
        cutter.packet(packets.video(34, false, true, 1000), 1200);
        cutter.packet(packets.video(66, false, false, 1000), 1200);

        assertThat(batches).hasSize(1);
        OutgoingBatch batch = batches.get(0);
        assertThat(batch.packets()).isEqualTo(4);
        assertThat(batch.reservedBytes()).isEqualTo(4800);
        assertThat(batch.partition()).isEqualTo(3);
        assertThat(batch.batch().firstArrivalMicros()).isEqualTo(micros(0));
        assertThat(batch.batch().startsKeyframe()).isTrue();
    }

    @Test
    void audioAloneIsCutByAge() {
        for (int i = 0; i < 11; i++) {
            cutter.packet(packets.audio(i * 20L), 280);
        }

        assertThat(batches).hasSize(1);
        assertThat(batches.get(0).packets()).isEqualTo(6);
        cutter.tick(micros(219));
        assertThat(batches).hasSize(1);
        cutter.tick(micros(220));
        assertThat(batches).hasSize(2);
    }

    @Test
    void aHugeKeyframeIsSplitAndEveryRecordStaysSmall() {
        int payload = 1200;
        int count = 3_000_000 / payload;
        for (int i = 0; i < count; i++) {
            cutter.packet(packets.video(0, i == 0, i == count - 1, payload), payload);
        }
        cutter.cut();

        RelayBatchCodec codec = new RelayBatchCodec();
        assertThat(batches).hasSizeGreaterThan(3);
        assertThat(batches)
                .allSatisfy(batch -> assertThat(codec.encode(batch.batch()).length)
                        .isLessThanOrEqualTo(MirrorConfig.MAX_BATCH_BYTES));
        assertThat(batches.stream().mapToInt(OutgoingBatch::packets).sum()).isEqualTo(count);
    }

    @Test
    void theConfigurationComesFirstAndIsRepeated() {
        cutter.configuration(CONFIGURATION, micros(0));
        for (int i = 0; i < 200; i++) {
            cutter.packet(packets.video(i * 33L, i == 0, true, 500), 700);
        }

        assertThat(batches.get(0).batch().entries().get(0)).isEqualTo(CONFIGURATION);
        long repeated = batches.stream()
                .filter(batch -> batch.batch().entries().get(0).equals(CONFIGURATION))
                .count();
        assertThat(repeated).isEqualTo(1 + 6600 / 2000);
    }

    @Test
    void batchNumbersCountUpAndTheEndIsLast() {
        for (int i = 0; i < 5; i++) {
            cutter.packet(packets.video(i * 40L, i == 0, true, 500), 700);
        }
        cutter.end("publisher left", micros(200));
        cutter.end("again", micros(201));
        cutter.tick(micros(10_000));

        for (int i = 0; i < batches.size(); i++) {
            assertThat(batches.get(i).batch().batchNumber()).isEqualTo(i);
        }
        OutgoingBatch last = batches.get(batches.size() - 1);
        assertThat(last.ends()).isTrue();
        assertThat(last.batch().ends()).isTrue();
        assertThat(entries()).filteredOn(EndOfStream.class::isInstance).hasSize(1);
        assertThat(entries()).filteredOn(LogPacket.class::isInstance).hasSize(5);
    }

    @Test
    void silenceIsBrokenByHeartbeats() {
        cutter.packet(packets.audio(0), 280);
        for (int i = 0; i <= 3000; i += 10) {
            cutter.tick(micros(i));
        }

        assertThat(entries()).filteredOn(Heartbeat.class::isInstance).hasSize(3);
    }

    @Test
    void aClockSetBackEndsTheBatchInsteadOfKeepingItOpen() {
        cutter.packet(packets.audio(60_000), 280);
        cutter.packet(packets.audio(20), 280);

        assertThat(batches).hasSize(1);
    }

    private List<LogEntry> entries() {
        return batches.stream()
                .flatMap(batch -> batch.batch().entries().stream())
                .toList();
    }
}
