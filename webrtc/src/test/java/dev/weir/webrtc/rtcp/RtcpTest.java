package dev.weir.webrtc.rtcp;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RtcpTest {
    private final ByteBuffer buffer = ByteBuffer.allocate(1_500);
    private final RecordingHandler handler = new RecordingHandler();

    @Test
    void whatIsWrittenIsReadInOrder() {
        RtcpWriter.senderReport(buffer, 1, 0x83AA7E80_80000000L, 0xFFFF_FFFFL, 3_000_000_000L, 4);
        RtcpWriter.receiverReport(buffer, 2, 2);
        RtcpWriter.reportBlock(buffer, 3, 255, -5, 0xFFFF_0001L, 6, 0xF000_0000L, 8);
        RtcpWriter.reportBlock(buffer, 4, 0, 1 << 25, 1, 2, 3, 4);
        RtcpWriter.sdesCname(buffer, 2, "weir-x".getBytes(StandardCharsets.UTF_8));
        RtcpWriter.nack(buffer, 2, 9, new int[] {65_534, 65_535, 0, 14, 15, 40}, 6);
        RtcpWriter.pli(buffer, 2, 10);
        RtcpWriter.fir(buffer, 2, 11, 257);
        RtcpWriter.remb(buffer, 2, 12, 2_500_000);
        RtcpWriter.bye(buffer, 13);
        buffer.flip();

        assertThat(RtcpReader.isRtcp(buffer)).isTrue();
        assertThat(RtcpReader.read(buffer, handler)).isTrue();
        assertThat(handler.heard)
                .containsExactly(
                        "SR 1 83aa7e8080000000 4294967295 3000000000 4",
                        "block 2 3 255 -5 4294901761 6 4026531840 8",
                        "block 2 4 0 8388607 1 2 3 4",
                        "NACK 9 65534",
                        "NACK 9 65535",
                        "NACK 9 0",
                        "NACK 9 14",
                        "NACK 9 15",
                        "NACK 9 40",
                        "PLI 10",
                        "FIR 11 1",
                        "REMB 2500000",
                        "BYE 13");
        assertThat(buffer.position()).isZero();
    }

    /** Layouts by hand from RFC 4585 section 6 and RFC 3550 section 6.5. */
    @Test
    void bytesAreTheStandards() {
        RtcpWriter.nack(buffer, 0x11111111, 0x22222222, new int[] {100, 101, 116}, 3);
        RtcpWriter.pli(buffer, 0x11111111, 0x22222222);
        RtcpWriter.sdesCname(buffer, 0x11111111, "ab".getBytes(StandardCharsets.UTF_8));
        buffer.flip();

        assertThat(buffer)
                .isEqualTo(hex("81cd0003 11111111 22222222 0064 8001 81ce0002 11111111 22222222"
                        + "81ca0003 11111111 01026162 00000000"));
    }

    @Test
    void nothingIsWrittenForAnEmptyNack() {
        RtcpWriter.nack(buffer, 1, 2, new int[0], 0);

        assertThat(buffer.position()).isZero();
    }

    @Test
    void rembOfAnySizeKeepsEighteenBits() {
        for (long bitrate : new long[] {0, 1, 262_143, 262_144, 2_000_000, 10_000_000_000L, Long.MAX_VALUE}) {
            buffer.clear();
            RtcpWriter.remb(buffer, 1, 2, bitrate);
            RecordingHandler heard = new RecordingHandler();

            assertThat(RtcpReader.read(buffer.flip(), heard)).isTrue();
            long read = Long.parseLong(heard.heard.get(0).substring("REMB ".length()));
            assertThat(read).isBetween(bitrate - bitrate / 100_000 - 1, bitrate);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "80",
                "80c80006 00000001", // length beyond the datagram
                "40c90001 00000001", // version 1
                "a0c90001 00000000", // padding of zero
                "a0c90001 000000ff", // padding longer than the packet
                "81c90001 00000001", // report block missing
                "80c80001 00000001", // sender info missing
                "82cb0001 00000001", // second source missing
                "81ce0001 00000001", // media source missing
                "8fcd0003 00000001 00000002 00010000", // feedback cut off
            })
    void malformedIsToldNotThrown(String packet) {
        assertThat(RtcpReader.read(hex(packet), handler)).isFalse();
        assertThat(handler.heard).isEmpty();
    }

    @Test
    void whatCameBeforeTheDefectIsReported() {
        RtcpWriter.pli(buffer, 1, 2);
        buffer.put((byte) 0x81).flip();

        assertThat(RtcpReader.read(buffer, handler)).isFalse();
        assertThat(handler.heard).containsExactly("PLI 2");
    }

    @Test
    void unknownTypesAreSkipped() {
        buffer.put(hex("80cf0001 00000001 80cc0002 00000001 61626364"));
        RtcpWriter.pli(buffer, 1, 2);

        assertThat(RtcpReader.read(buffer.flip(), handler)).isTrue();
        assertThat(handler.heard).containsExactly("PLI 2");
    }

    /** By hand from draft-holmer section 3.1: two received with small deltas, three missing, one with a large delta. */
    @Test
    void readsTransportFeedback() {
        ByteBuffer packet = hex("8fcd0007 00000001 00000002 fffe 0006 000002 07 2002 0003 4001 04 05 ff00 0000");

        assertThat(RtcpReader.read(packet, handler)).isTrue();
        TransportFeedback feedback = handler.feedbacks.get(0);
        assertThat(feedback.baseSequence()).isEqualTo(65_534);
        assertThat(feedback.feedbackCount()).isEqualTo(7);
        assertThat(feedback.packetCount()).isEqualTo(6);
        assertThat(feedback.arrivalTicks(0)).isEqualTo(512 + 4);
        assertThat(feedback.arrivalTicks(1)).isEqualTo(512 + 9);
        assertThat(feedback.isReceived(2)).isFalse();
        assertThat(feedback.isReceived(4)).isFalse();
        assertThat(feedback.arrivalTicks(5)).isEqualTo(512 + 9 - 256);
    }

    @Test
    void transportFeedbackRoundTrips() {
        long seed = 20_001;
        SplittableRandom random = new SplittableRandom(seed);
        for (int round = 0; round < 2_000; round++) {
            long[] ticks = new long[1 + random.nextInt(200)];
            long now = random.nextLong(1L << 30);
            int lossPercent = random.nextInt(101);
            int spread = random.nextInt(3);
            for (int i = 0; i < ticks.length; i++) {
                now += spread == 0
                        ? random.nextInt(40)
                        : spread == 1 ? random.nextInt(-300, 400) : random.nextInt(40_000);
                now = Math.max(0, now);
                ticks[i] = random.nextInt(100) < lossPercent ? Long.MIN_VALUE : now;
            }
            buffer.clear();
            int written = RtcpWriter.transportFeedback(buffer, 1, 2, 65_500, round, ticks, ticks.length);
            buffer.flip();
            if (written == 0) {
                assertThat(buffer.hasRemaining()).isFalse();
                continue;
            }
            RecordingHandler heard = new RecordingHandler();
            assertThat(RtcpReader.read(buffer, heard))
                    .as("seed %d round %d", seed, round)
                    .isTrue();
            TransportFeedback feedback = heard.feedbacks.get(0);
            assertThat(feedback.packetCount()).isEqualTo(written);
            for (int i = 0; i < written; i++) {
                assertThat(feedback.isReceived(i)).isEqualTo(ticks[i] != Long.MIN_VALUE);
                if (feedback.isReceived(i)) {
                    assertThat(feedback.arrivalTicks(i))
                            .as("seed %d round %d", seed, round)
                            .isEqualTo(ticks[i]);
                }
            }
        }
    }

    @Test
    void feedbackThatClaimsMorePacketsThanAnyReceiverReportsIsRefused() {
        ByteBuffer packet = hex("8fcd0005 00000001 00000002 0000 ffff 00000000 1fff1fff 1fff1fff");

        assertThat(RtcpReader.read(packet, handler)).isFalse();
    }

    private static ByteBuffer hex(String digits) {
        return ByteBuffer.wrap(HexFormat.of().parseHex(digits.replace(" ", "")));
    }
}
