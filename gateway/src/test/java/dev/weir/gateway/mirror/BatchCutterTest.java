package dev.weir.gateway.mirror;

import static dev.weir.gateway.mirror.Packets.EPOCH;
import static dev.weir.gateway.mirror.Packets.micros;
import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.gateway.relay.RelayPacket;
import dev.weir.schemas.EndOfStream;
import dev.weir.schemas.Heartbeat;
import dev.weir.schemas.LogEntry;
import dev.weir.schemas.LogPacket;
import dev.weir.schemas.MalformedRecordException;
import dev.weir.schemas.RelayBatchCodec;
import dev.weir.schemas.SenderReport;
import dev.weir.schemas.TrackConfiguration;
import dev.weir.schemas.TrackInfo;
import dev.weir.webrtc.rtp.MediaKind;
import dev.weir.webrtc.rtp.RtpHeader;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class BatchCutterTest {
    private static final TrackConfiguration CONFIGURATION = new TrackConfiguration(
            List.of(new TrackInfo(0, "video", "video", "H264", 90_000, 0, "packetization-mode=1", List.of())));

    private final MirrorConfig config = MirrorConfig.builder("localhost:1")
            .minBatchAge(Duration.ofMillis(20))
            .build();
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
    void theLatestSenderReportsAreRepeatedWithTheTracksAndStandAtTheirPlaceOnce() {
        cutter.configuration(CONFIGURATION, micros(0));
        SenderReport early = new SenderReport(0, "", 1, 100, micros(10));
        SenderReport late = new SenderReport(0, "", 2, 200, micros(500));
        SenderReport other = new SenderReport(0, "h", 3, 300, micros(600));
        for (int i = 0; i < 300; i++) {
            cutter.packet(packets.video(i * 20L, i == 0, true, 100), 200);
            if (i == 0) {
                cutter.report(early);
            } else if (i == 25) {
                cutter.report(late);
                cutter.report(other);
            }
        }

        List<LogEntry> entries = batches.stream()
                .flatMap(batch -> batch.batch().entries().stream())
                .toList();
        assertThat(entries).filteredOn(SenderReport.class::isInstance).containsExactly(early, late, other);
        assertThat(entries)
                .filteredOn(TrackConfiguration.class::isInstance)
                .containsExactly(
                        CONFIGURATION,
                        new TrackConfiguration(CONFIGURATION.tracks(), List.of(late, other)),
                        new TrackConfiguration(CONFIGURATION.tracks(), List.of(late, other)));
        cutter.configuration(CONFIGURATION, micros(9_000));
        cutter.cut();
        assertThat(batches.get(batches.size() - 1).batch().entries())
                .as("a new source has another clock")
                .containsExactly(CONFIGURATION);
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

    @ParameterizedTest(name = "seed {0}")
    @ValueSource(longs = {1, 2, 3})
    void everyPacketComesBackFromTheLogAsItWasReceived(long seed) throws MalformedRecordException {
        SplittableRandom random = new SplittableRandom(seed);
        List<ByteBuffer> received = new ArrayList<>();
        for (int i = 0; i < 500; i++) {
            ByteBuffer packet = packet(random, i);
            received.add(packet);
            cutter.packet(
                    RelayPacket.builder(MediaKind.VIDEO)
                            .payloadType(RtpHeader.payloadType(packet))
                            .ssrc(RtpHeader.ssrc(packet))
                            .extendedSequence(RtpHeader.sequenceNumber(packet) + 0x30000)
                            .extendedTimestamp(RtpHeader.timestamp(packet) + 0x7_0000_0000L)
                            .marker(RtpHeader.marker(packet))
                            .arrival(0, micros(i))
                            .received(
                                    packet,
                                    packet.position() + RtpHeader.headerLength(packet),
                                    RtpHeader.payloadLength(packet))
                            .build(),
                    0);
        }
        cutter.cut();

        RelayBatchCodec codec = new RelayBatchCodec();
        List<ByteBuffer> read = new ArrayList<>();
        for (OutgoingBatch batch : batches) {
            for (LogEntry entry :
                    RelayBatchCodec.decode(codec.encode(batch.batch())).entries()) {
                read.add(((LogPacket) entry).toRtp());
            }
        }
        assertThat(read).isEqualTo(received);
    }

    /** A valid packet (RFC 3550 section 5.1) that uses every part of the header, in the middle of a buffer. */
    private static ByteBuffer packet(SplittableRandom random, int sequence) {
        int csrcs = random.nextInt(3) == 0 ? random.nextInt(16) : 0;
        int words = random.nextInt(6);
        int padding = random.nextInt(4) == 0 ? 1 + random.nextInt(255) : 0;
        ByteBuffer packet = ByteBuffer.allocate(2000).position(7);
        RtpHeader.write(
                packet, random.nextBoolean(), random.nextInt(128), sequence, random.nextInt(), random.nextInt());
        packet.put(7, (byte) (0x80 | (padding > 0 ? 0x20 : 0) | (words > 0 ? 0x10 : 0) | csrcs));
        byte[] rest = new byte[4 * csrcs + (words > 0 ? 4 + 4 * words : 0) + random.nextInt(1000) + padding];
        random.nextBytes(rest);
        if (words > 0) {
            rest[4 * csrcs + 2] = 0;
            rest[4 * csrcs + 3] = (byte) words;
        }
        if (padding > 0) {
            rest[rest.length - 1] = (byte) padding;
        }
        return packet.put(rest).flip().position(7);
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
