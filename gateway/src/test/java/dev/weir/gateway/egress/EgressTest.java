package dev.weir.gateway.egress;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.gateway.relay.RelayPacket;
import dev.weir.gateway.relay.RelayTrack;
import dev.weir.webrtc.rtcp.RtcpWriter;
import dev.weir.webrtc.rtp.MediaKind;
import dev.weir.webrtc.sdp.CodecFormat;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What one viewer is sent, in virtual time. */
class EgressTest extends EgressBed {
    @Test
    void nothingIsShownBeforeAKeyframeAndPacketsGetTheViewersNumbers() {
        join();
        assertThat(keyframeRequests).isEqualTo(1);

        send(video(5, 100, 3000, false, ""));
        assertThat(sent).isEmpty();
        send(video(5, 101, 6000, true, ""));
        send(video(5, 103, 9000, false, ""));
        send(video(5, 102, 6000, false, "")); // Reordered: keeps its place.
        send(video(5, 99, 1, false, "")); // From before the keyframe.

        assertThat(sent).extracting(Sent::payloadType).containsOnly(VIDEO_TYPE);
        assertThat(sent).extracting(Sent::ssrc).containsOnly(VIDEO_SSRC);
        int begin = sent.get(0).sequence();
        assertThat(sent).extracting(Sent::sequence).containsExactly(begin, begin + 2, begin + 1);
    }

    /** The rest of such a keyframe was let go, never sent, and asked for in vain: found by 1,000 seeds of the simulation. */
    @Test
    void aKeyframeWhoseStartWasRepairedIsShownWhole() {
        join();
        send(video(5, 99, 3000, false, ""));
        send(video(5, 101, 6000, false, ""));
        send(video(5, 103, 9000, false, ""));
        send(video(5, 102, 6000, false, ""));
        assertThat(sent).isEmpty();

        send(video(5, 100, 6000, true, ""));
        send(video(5, 104, 9000, false, ""));

        int begin = sent.get(0).sequence();
        assertThat(sent).extracting(Sent::sequence).containsExactly(begin, begin + 1, begin + 2, begin + 3, begin + 4);
        assertThat(sent).extracting(Sent::timestamp).containsExactly(6000L, 6000L, 6000L, 9000L, 9000L);
    }

    @Test
    void theNumberingGoesOnOverTheReturnOfThePublisher() {
        join(video(5, 100, 90_000, true, ""));
        send(video(5, 101, 93_000, false, ""));
        publication = register();
        egress.onTracks(tracks());

        send(video(9, 7, 4_000_000, false, ""));
        nowNanos += 2_000 * MILLI;
        send(video(9, 8, 4_003_000, true, ""));
        send(video(9, 9, 4_006_000, false, ""));

        int begin = sent.get(0).sequence();
        assertThat(sent).extracting(Sent::sequence).containsExactly(begin, begin + 1, begin + 2, begin + 3);
        long elapsed = sent.get(2).timestamp() - sent.get(1).timestamp();
        assertThat(elapsed).as("ticks of the 2.02 s that passed").isEqualTo(2_020 * 90);
        assertThat(sent.get(3).timestamp() - sent.get(2).timestamp()).isEqualTo(3_000);
    }

    @Test
    void theJoinBufferComesFirstDrawnTogetherAndPacedWithLiveVideoBehindIt() {
        List<RelayPacket> recent = new ArrayList<>();
        for (int i = 0; i < 100; i++) {
            recent.add(video(5, 100 + i, i * 3000L, i == 0, ""));
        }
        join(recent.toArray(new RelayPacket[0]));
        assertThat(egress.wantsPacing()).isTrue();
        assertThat(sent).hasSize(32);
        send(video(5, 200, 300_000, false, ""));
        assertThat(sent).hasSize(32);
        while (egress.wantsPacing()) {
            nowNanos += Egress.PACE_NANOS;
            egress.onPace(nowNanos);
        }

        assertThat(sent).hasSize(101);
        assertThat(sent).extracting(Sent::timestamp).isSorted();
        assertThat(sent.get(99).timestamp() - sent.get(0).timestamp()).isEqualTo(99 * 90);
        assertThat(sent.get(100).timestamp() - sent.get(99).timestamp()).isEqualTo(3_000);
        assertThat(keyframeRequests).isZero();
    }

    @Test
    void aViewersPliReachesThePublisher() {
        join(video(5, 100, 90_000, true, ""));

        rtcp(out -> RtcpWriter.pli(out, 1, VIDEO_SSRC));
        rtcp(out -> RtcpWriter.pli(out, 1, 0x7777));

        assertThat(keyframeRequests).isEqualTo(1);
    }

    @Test
    void senderReportsCarryThePublishersClockForAllTracksOrForNone() {
        join(video(5, 100, 90_000, true, ""));
        egress.onPacket(
                RelayPacket.builder(MediaKind.AUDIO)
                        .trackIndex(1)
                        .epoch(publication.epoch())
                        .arrival(nowNanos, nowNanos / 1000)
                        .extendedTimestamp(48_000)
                        .payload(new byte[] {1})
                        .build(),
                nowNanos);
        egress.onSenderReport(publication.epoch(), 0, "", 500L << 32, 90_000, nowNanos / 1000);
        egress.onTick(nowNanos, nowNanos / 1000);
        assertThat(reports).extracting(report -> report.ntp() >>> 32).allMatch(seconds -> seconds > 2_000_000_000L);

        reports.clear();
        egress.onSenderReport(publication.epoch(), 1, "", 500L << 32, 48_000, nowNanos / 1000);
        nowNanos += 2_000 * MILLI;
        egress.onTick(nowNanos, nowNanos / 1000);

        assertThat(reports).extracting(report -> report.ntp() >>> 32).containsExactly(502L, 502L);
        assertThat(reports.get(0).timestamp() - sent.get(0).timestamp()).isEqualTo(180_000);
        assertThat(reports.get(1).timestamp() - sent.get(1).timestamp()).isEqualTo(96_000);
    }

    @Test
    void aCodecThatTheViewerDidNotAgreeOnIsNotSentToIt() {
        join(video(5, 100, 90_000, true, ""));
        sent.clear();
        CodecFormat other = new CodecFormat("AV1", 90_000, 1, "");
        egress.onTracks(List.of(new RelayTrack(0, "video", MediaKind.VIDEO, other, List.of())));

        send(video(5, 101, 93_000, true, ""));

        assertThat(sent).isEmpty();
    }

    @Test
    void ofSeveralLayersOneIsShownAndChangedAtAKeyframe() {
        publication.announce(tracks("hi", "lo"));
        egress.onTracks(tracks("hi", "lo"));
        egress.onJoin(List.of(), nowNanos);
        long sequence = 100;
        for (int i = 0; i < 300; i++) {
            both(sequence + i, i, "lo", 1);
            if (i >= 100) {
                both(sequence + i, i, "hi", 8);
            }
            if (i % 25 == 0) {
                egress.onTick(nowNanos, nowNanos / 1000);
            }
        }

        assertThat(sent).extracting(Sent::ssrc).containsOnly(VIDEO_SSRC);
        List<Integer> numbers = sent.stream().map(Sent::sequence).toList();
        for (int i = 1; i < numbers.size(); i++) {
            assertThat((numbers.get(i) - numbers.get(i - 1)) & 0xFFFF)
                    .as("packet " + i)
                    .isEqualTo(1);
        }
        assertThat(sent).extracting(Sent::timestamp).isSorted();
        assertThat(egress.layers()).containsExactly("hi", "");
    }

    /** Publishes a packet of a layer, every 20th a keyframe, and sends it on. */
    private void both(long sequence, int i, String rid, int weight) {
        nowNanos += 10 * MILLI;
        RelayPacket packet = RelayPacket.builder(MediaKind.VIDEO)
                .trackIndex(0)
                .rid(rid)
                .ssrc(rid.hashCode())
                .extendedSequence(sequence)
                .extendedTimestamp(i * 900L)
                .keyframeStart(i % 20 == 0)
                .arrival(nowNanos, nowNanos / 1000)
                .epoch(publication.epoch())
                .payload(new byte[100 * weight])
                .build();
        publication.publish(packet);
        send(packet);
    }
}
