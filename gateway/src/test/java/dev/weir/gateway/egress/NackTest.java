package dev.weir.gateway.egress;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.gateway.metrics.Meter;
import dev.weir.gateway.relay.RelayPacket;
import dev.weir.webrtc.rtcp.RtcpWriter;
import dev.weir.webrtc.rtp.MediaKind;
import java.lang.ref.WeakReference;
import org.junit.jupiter.api.Test;

/** What one viewer gets again, how soon, how much of it and for how long, in virtual time. */
class NackTest extends EgressBed {
    @Test
    void aNackIsAnsweredByRtxOnceInAMoment() {
        join(video(5, 100, 90_000, true, ""));
        int sequence = sent.get(0).sequence();

        rtcp(out -> RtcpWriter.nack(out, 1, VIDEO_SSRC, new int[] {sequence, sequence + 1}, 2));
        rtcp(out -> RtcpWriter.nack(out, 1, VIDEO_SSRC, new int[] {sequence}, 1));

        assertThat(sent).hasSize(2);
        assertThat(sent.get(1).ssrc()).isEqualTo(RTX_SSRC);
        assertThat(sent.get(1).payloadType()).isEqualTo(RTX_TYPE);
        assertThat(sent.get(1).first()).as("the original number leads").isEqualTo((byte) (sequence >> 8));
        assertThat(meters.count(Meter.NACKS_RECEIVED)).isEqualTo(3);
        assertThat(meters.count(Meter.RTP_PACKETS_RETRANSMITTED)).isEqualTo(1);
    }

    /** Players ask again every few milliseconds, and cannot have the repair before a round trip has passed. */
    @Test
    void aNackThatComesSoonerThanTheRepairCouldIsNotAnsweredAgain() {
        long roundTrip = 80 * MILLI;
        join(video(5, 100, 90_000, true, ""));
        egress.onTick(nowNanos, nowNanos / 1000);
        long lastSr = reports.get(0).ntp() >>> 16;
        nowNanos += roundTrip;
        rtcp(out -> {
            RtcpWriter.receiverReport(out, 1, 1);
            RtcpWriter.reportBlock(out, VIDEO_SSRC, 0, 0, 0, 0, lastSr, 0);
        });
        int[] lost = {sent.get(0).sequence()};
        rtcp(out -> RtcpWriter.nack(out, 1, VIDEO_SSRC, lost, 1));
        assertThat(sent).hasSize(2);

        nowNanos += roundTrip - MILLI;
        rtcp(out -> RtcpWriter.nack(out, 1, VIDEO_SSRC, lost, 1));
        assertThat(sent).as("the first repair is under way").hasSize(2);

        nowNanos += 2 * MILLI;
        rtcp(out -> RtcpWriter.nack(out, 1, VIDEO_SSRC, lost, 1));
        assertThat(sent).as("it must be lost too").hasSize(3);
    }

    /** A thin stream kept 1,024 packets, which is half a minute of them, and the collector copied them all the time. */
    @Test
    void whatIsTooOldToBeAskedForIsLetGoEvenOfAStreamThatFellSilent() {
        WeakReference<RelayPacket> old = sendTwo();

        ticks(29);
        assertThat(repairsOf(sent.get(0))).as("nearly three seconds later").isEqualTo(1);
        assertThat(old.get()).isNotNull();

        ticks(7);
        assertThat(repairsOf(sent.get(0))).isZero();
        assertThat(repairsOf(sent.get(1))).isZero();
        assertThat(isCollected(old)).isTrue();

        send(video(5, 102, 400_000, false, ""));
        assertThat(repairsOf(sent.get(sent.size() - 1)))
                .as("of the next packet")
                .isEqualTo(1);
    }

    @Test
    void onALongPathPacketsAreKeptForNineRoundTrips() {
        sendTwo();
        ticks(1);
        long lastSr = reports.get(0).ntp() >>> 16;
        nowNanos += 500 * MILLI;
        rtcp(out -> {
            RtcpWriter.receiverReport(out, 1, 1);
            RtcpWriter.reportBlock(out, VIDEO_SSRC, 0, 0, 0, 0, lastSr, 0);
        });

        ticks(38);
        assertThat(repairsOf(sent.get(0))).as("4.4 s later").isEqualTo(1);
        ticks(12);
        assertThat(repairsOf(sent.get(0))).as("5.6 s later").isZero();
    }

    /** What a viewer joins with is old when it is sent, and may be lost like anything else. */
    @Test
    void theAgeCountsFromTheSending() {
        RelayPacket keyframe = video(5, 100, 90_000, true, "");
        nowNanos += 9_000 * MILLI;
        join(keyframe);

        ticks(29);
        assertThat(repairsOf(sent.get(0))).isEqualTo(1);
    }

    private WeakReference<RelayPacket> sendTwo() {
        RelayPacket first = video(5, 100, 90_000, true, "");
        join(first);
        send(video(5, 101, 93_000, false, ""));
        return new WeakReference<>(first);
    }

    private void ticks(int count) {
        for (int i = 0; i < count; i++) {
            nowNanos += Egress.TICK_NANOS;
            egress.onTick(nowNanos, nowNanos / 1000);
        }
    }

    private int repairsOf(Sent packet) {
        int before = sent.size();
        rtcp(out -> RtcpWriter.nack(out, 1, VIDEO_SSRC, new int[] {packet.sequence()}, 1));
        return sent.size() - before;
    }

    private static boolean isCollected(WeakReference<RelayPacket> packet) {
        for (int i = 0; i < 10 && packet.get() != null; i++) {
            System.gc();
        }
        return packet.get() == null;
    }

    /** On a path that carries 100 kbit/s repairs of a burst would fill it for a second and starve what is new. */
    @Test
    void repairsTakeNoMoreThanHalfOfWhatThePathCarries() {
        join(video(5, 100, 90_000, true, ""));
        sendKilobytes(99);
        int begin = sent.get(0).sequence();
        int[] all = java.util.stream.IntStream.range(begin + 1, begin + 100).toArray();
        rtcp(out -> RtcpWriter.remb(out, 1, VIDEO_SSRC, 100_000));

        int before = sent.size();
        rtcp(out -> RtcpWriter.nack(out, 1, VIDEO_SSRC, all, all.length));
        assertThat(sent.size() - before).as("at once, from a full bucket").isBetween(5, 15);

        before = sent.size();
        for (int i = 0; i < 40; i++) {
            nowNanos += 100 * MILLI;
            rtcp(out -> RtcpWriter.nack(out, 1, VIDEO_SSRC, all, all.length));
        }
        assertThat((sent.size() - before) * 8_000 / 4)
                .as("bits per second, of 100,000")
                .isBetween(30_000, 60_000);
    }

    /** Receivers that are short of time ask again and again, and each repair makes the shortage worse. */
    @Test
    void withoutWordOfThePathRepairsTakeNoMoreThanTheMedia() {
        join(video(5, 100, 90_000, true, ""));
        sendKilobytes(99);
        int begin = sent.get(0).sequence();
        int[] all = java.util.stream.IntStream.range(begin + 1, begin + 100).toArray();

        int before = sent.size();
        for (int i = 0; i < 40; i++) {
            nowNanos += 100 * MILLI;
            rtcp(out -> RtcpWriter.nack(out, 1, VIDEO_SSRC, all, all.length));
        }

        assertThat((sent.size() - before) * 8_000L / 4)
                .as("bits per second, of 8 million asked for")
                .isBetween(700_000L, 1_100_000L);
    }

    private void sendKilobytes(int count) {
        for (int i = 1; i <= count; i++) {
            RelayPacket packet = RelayPacket.builder(MediaKind.VIDEO)
                    .ssrc(5)
                    .extendedSequence(100 + i)
                    .extendedTimestamp(90_000)
                    .arrival(nowNanos, nowNanos / 1000)
                    .epoch(publication.epoch())
                    .payload(new byte[1_000])
                    .build();
            send(packet);
        }
    }

    @Test
    void withoutRtxTheProtectedPacketItselfIsRepeated() {
        egress = egress(false);
        join(video(5, 100, 90_000, true, ""));

        rtcp(out -> RtcpWriter.nack(out, 1, VIDEO_SSRC, new int[] {sent.get(0).sequence()}, 1));

        assertThat(sent).hasSize(2);
        assertThat(sent.get(1)).isEqualTo(sent.get(0));
    }
}
