package dev.weir.gateway.egress;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.gateway.metrics.Meter;
import dev.weir.gateway.metrics.Meters;
import dev.weir.gateway.relay.MediaRelay;
import dev.weir.gateway.relay.Publication;
import dev.weir.gateway.relay.Publisher;
import dev.weir.gateway.relay.RelayPacket;
import dev.weir.gateway.relay.RelayTrack;
import dev.weir.webrtc.rtcp.RtcpHandler;
import dev.weir.webrtc.rtcp.RtcpReader;
import dev.weir.webrtc.rtcp.RtcpWriter;
import dev.weir.webrtc.rtp.MediaKind;
import dev.weir.webrtc.rtp.RtpHeader;
import dev.weir.webrtc.sdp.CodecFormat;
import dev.weir.webrtc.sdp.NegotiatedMedia;
import java.lang.ref.WeakReference;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** What one viewer is sent, in virtual time. */
class EgressTest {
    private static final CodecFormat VP8 = new CodecFormat("VP8", 90_000, 1, "");
    private static final CodecFormat OPUS = new CodecFormat("opus", 48_000, 2, "");
    private static final int VIDEO_SSRC = 0xA0;
    private static final int RTX_SSRC = 0xA1;
    private static final int AUDIO_SSRC = 0xB0;
    private static final int VIDEO_TYPE = 120;
    private static final int RTX_TYPE = 121;
    private static final long MILLI = 1_000_000;

    private record Sent(int payloadType, int ssrc, int sequence, long timestamp, byte first) {}

    private record Report(int ssrc, long ntp, long timestamp) {}

    private final List<Sent> sent = new ArrayList<>();
    private final List<Report> reports = new ArrayList<>();
    private final Meters meters = new Meters();
    private final MediaRelay relay = new MediaRelay();
    private int keyframeRequests;
    private Publication publication = register();
    private Egress egress = egress(true);
    private long nowNanos = 1_000 * MILLI;

    private Publication register() {
        try {
            return relay.registerPublisher("a", new Publisher() {
                @Override
                public boolean isAlive() {
                    return false;
                }

                @Override
                public void requestKeyframe(int trackIndex, String rid) {
                    keyframeRequests++;
                }
            });
        } catch (dev.weir.gateway.relay.AlreadyPublishedException e) {
            throw new IllegalStateException(e);
        }
    }

    private static List<RelayTrack> tracks(String... rids) {
        return List.of(
                new RelayTrack(0, "video", MediaKind.VIDEO, VP8, List.of(rids)),
                new RelayTrack(1, "audio", MediaKind.AUDIO, OPUS, List.of()));
    }

    private Egress egress(boolean rtx) {
        NegotiatedMedia video = new NegotiatedMedia(
                "0",
                "video",
                false,
                Map.of(VIDEO_TYPE, VP8),
                rtx ? Map.of(RTX_TYPE, VIDEO_TYPE) : Map.of(),
                Map.of(),
                List.of(),
                List.of((long) VIDEO_SSRC),
                rtx ? Map.of((long) RTX_SSRC, (long) VIDEO_SSRC) : Map.of(),
                Map.of(VIDEO_TYPE, Set.of("nack", "nack pli")),
                0);
        NegotiatedMedia audio = new NegotiatedMedia(
                "1",
                "audio",
                false,
                Map.of(111, OPUS),
                Map.of(),
                Map.of(),
                List.of(),
                List.of((long) AUDIO_SSRC),
                Map.of(),
                Map.of(),
                1);
        return new Egress(
                List.of(video, audio), publication.stream(), "cname", new SplittableRandom(1), new Peer(), meters);
    }

    /** The viewer's end: "protects" by flipping the first payload byte, which must happen once. */
    private final class Peer implements MediaSink {
        @Override
        public boolean sendRtp(ByteBuffer packet, long at) {
            return record(packet);
        }

        @Override
        public boolean resendRtp(ByteBuffer protectedPacket, long at) {
            return record(protectedPacket);
        }

        private boolean record(ByteBuffer packet) {
            assertThat(RtpHeader.isValid(packet)).isTrue();
            int payload = packet.position() + RtpHeader.headerLength(packet);
            sent.add(new Sent(
                    RtpHeader.payloadType(packet),
                    RtpHeader.ssrc(packet),
                    RtpHeader.sequenceNumber(packet),
                    RtpHeader.timestamp(packet),
                    packet.get(payload)));
            return true;
        }

        @Override
        public boolean sendRtcp(ByteBuffer compound, long at) {
            return RtcpReader.read(compound, new RtcpHandler() {
                @Override
                public void onSenderReport(int ssrc, long ntp, long timestamp, long packets, long octets) {
                    reports.add(new Report(ssrc, ntp, timestamp));
                }
            });
        }
    }

    private RelayPacket video(int ssrc, long sequence, long timestamp, boolean keyframe, String rid) {
        nowNanos += 10 * MILLI;
        return RelayPacket.builder(MediaKind.VIDEO)
                .trackIndex(0)
                .rid(rid)
                .ssrc(ssrc)
                .extendedSequence(sequence)
                .extendedTimestamp(timestamp)
                .keyframeStart(keyframe)
                .arrival(nowNanos, nowNanos / 1000)
                .epoch(publication.epoch())
                .payload(new byte[] {(byte) sequence, 2, 3})
                .build();
    }

    private void send(RelayPacket packet) {
        egress.onPacket(packet, packet.arrivalNanos());
    }

    private void join(RelayPacket... recent) {
        egress.onTracks(tracks());
        egress.onJoin(List.of(recent), nowNanos);
    }

    private void rtcp(java.util.function.Consumer<ByteBuffer> writer) {
        ByteBuffer out = ByteBuffer.allocate(200);
        writer.accept(out);
        egress.onRtcp(out.flip(), nowNanos);
    }

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
