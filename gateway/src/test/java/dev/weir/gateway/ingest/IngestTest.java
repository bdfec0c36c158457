package dev.weir.gateway.ingest;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.gateway.metrics.Meter;
import dev.weir.gateway.metrics.Meters;
import dev.weir.gateway.relay.MediaRelay;
import dev.weir.gateway.relay.Publication;
import dev.weir.gateway.relay.RelayConfig;
import dev.weir.gateway.relay.RelayPacket;
import dev.weir.gateway.relay.RelayTrack;
import dev.weir.gateway.relay.Subscriber;
import dev.weir.webrtc.rtcp.RtcpHandler;
import dev.weir.webrtc.rtcp.RtcpReader;
import dev.weir.webrtc.rtcp.RtcpWriter;
import dev.weir.webrtc.rtcp.TransportFeedback;
import dev.weir.webrtc.rtp.HeaderExtensionWriter;
import dev.weir.webrtc.rtp.HeaderExtensions;
import dev.weir.webrtc.rtp.RtpHeader;
import dev.weir.webrtc.sdp.CodecFormat;
import dev.weir.webrtc.sdp.NegotiatedMedia;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** A publisher's packets in virtual time: what reaches the relay, and what goes back as RTCP. */
class IngestTest {
    private static final int VP8 = 96;
    private static final int RTX = 97;
    private static final int SSRC = 0x1000;
    private static final int RTX_SSRC = 0x1001;
    private static final int MID_ID = 1;
    private static final int RID_ID = 2;
    private static final int TWCC_ID = 3;
    private static final long MILLI = 1_000_000;

    private final List<RelayPacket> published = new ArrayList<>();
    private final List<Integer> nacked = new ArrayList<>();
    private final List<Integer> keyframeRequests = new ArrayList<>();
    private final List<String> reports = new ArrayList<>();
    private final List<String> senderReports = new ArrayList<>();
    private final List<List<RelayTrack>> announced = new ArrayList<>();
    private final List<TransportFeedback> arrivals = new ArrayList<>();
    private final Meters meters = new Meters();
    private final HeaderExtensionWriter extensions = new HeaderExtensionWriter();
    private final ByteBuffer buffer = ByteBuffer.allocate(2000);
    private long now = 1_000_000 * MILLI;

    private static NegotiatedMedia video(List<String> rids, List<Long> ssrcs, Map<Long, Long> rtx) {
        return new NegotiatedMedia(
                "1",
                "video",
                false,
                Map.of(VP8, new CodecFormat("VP8", 90_000, 1, "")),
                Map.of(RTX, VP8),
                Map.of(
                        HeaderExtensions.MID_URI,
                        MID_ID,
                        HeaderExtensions.RID_URI,
                        RID_ID,
                        HeaderExtensions.TRANSPORT_SEQUENCE_URI,
                        TWCC_ID),
                rids,
                ssrcs,
                rtx,
                Map.of(VP8, Set.of("nack", "nack pli", "transport-cc")),
                -1);
    }

    private Ingest ingest(NegotiatedMedia... media) throws Exception {
        MediaRelay relay = new MediaRelay(RelayConfig.DEFAULT, List.of(stream -> new Recorder()));
        Publication publication = relay.registerPublisher("a", () -> true);
        Ingest ingest = new Ingest(
                List.of(media), publication, 7, "cname", new WallClock(now, 0), (rtcp, at) -> read(rtcp), meters);
        ingest.onConnected();
        return ingest;
    }

    private void read(ByteBuffer rtcp) {
        assertThat(RtcpReader.read(rtcp, new RtcpHandler() {
                    @Override
                    public void onNack(int mediaSsrc, int sequenceNumber) {
                        nacked.add(sequenceNumber);
                    }

                    @Override
                    public void onPli(int mediaSsrc) {
                        keyframeRequests.add(mediaSsrc);
                    }

                    @Override
                    public void onTransportFeedback(TransportFeedback feedback) {
                        arrivals.add(feedback);
                    }

                    @Override
                    public void onReportBlock(
                            int reporter,
                            int source,
                            int fraction,
                            int lost,
                            long highest,
                            long jitter,
                            long sr,
                            long delay) {
                        reports.add(source + " lost=" + lost + " highest=" + highest);
                    }
                }))
                .isTrue();
    }

    /** The log's end of the relay. */
    private final class Recorder implements Subscriber {
        @Override
        public boolean offer(RelayPacket packet) {
            published.add(packet);
            return true;
        }

        @Override
        public void onTracks(long epoch, List<RelayTrack> tracks) {
            announced.add(tracks);
        }

        @Override
        public void onSenderReport(long epoch, int track, String rid, long ntp, long timestamp, long micros) {
            senderReports.add(track + rid + " " + timestamp);
        }
    }

    private ByteBuffer packet(int payloadType, int ssrc, int sequence, byte... payload) {
        buffer.clear();
        RtpHeader.write(buffer, true, payloadType, sequence, sequence * 3000L, ssrc);
        return buffer.put(payload).flip();
    }

    private ByteBuffer frame(int sequence) {
        return packet(VP8, SSRC, sequence, (byte) 0x10, (byte) 0x01, (byte) sequence);
    }

    private ByteBuffer keyframe(int sequence) {
        return packet(
                VP8, SSRC, sequence, (byte) 0x10, (byte) 0x10, (byte) 0, (byte) 0, (byte) 0x9d, (byte) 1, (byte) 0x2a);
    }

    private void ticks(Ingest ingest, int count) {
        for (int i = 0; i < count; i++) {
            now += Ingest.TICK_NANOS;
            ingest.onTick(now);
        }
    }

    private List<Integer> sequences() {
        return published.stream().map(RelayPacket::sequenceNumber).toList();
    }

    @Test
    void aLossIsAskedForAndFilledByRetransmission() throws Exception {
        Ingest ingest = ingest(video(List.of(), List.of((long) SSRC), Map.of((long) RTX_SSRC, (long) SSRC)));
        ingest.onRtp(keyframe(65_534), now);
        ingest.onRtp(frame(1), now); // 65535 and 0 are lost.

        assertThat(nacked).containsExactly(65_535, 0);
        ingest.onRtp(packet(RTX, RTX_SSRC, 900, (byte) 0xFF, (byte) 0xFF, (byte) 0x10, (byte) 0x01), now);
        ingest.onRtp(frame(0), now);
        ingest.onRtp(frame(0), now);
        ticks(ingest, 10);

        assertThat(sequences()).containsExactly(65_534, 1, 65_535, 0);
        assertThat(published.get(2).payloadLength()).isEqualTo(2);
        assertThat(published.get(2).payloadType()).isEqualTo(VP8);
        assertThat(published.get(3).extendedSequence() - published.get(0).extendedSequence())
                .isEqualTo(2);
        assertThat(nacked).hasSize(2);
        assertThat(meters.count(Meter.RTP_PACKETS_RECOVERED)).isEqualTo(2);
        assertThat(meters.count(Meter.RTP_PACKETS_DUPLICATE)).isEqualTo(1);
    }

    @Test
    void aLossThatStaysIsAskedForAgainThenCountedAndAKeyframeRequestedOnce() throws Exception {
        Ingest ingest = ingest(video(List.of(), List.of((long) SSRC), Map.of()));
        ingest.onRtp(keyframe(10), now);
        ingest.onRtp(frame(12), now);

        ticks(ingest, 44);

        assertThat(nacked).hasSizeBetween(5, 8).containsOnly(11);
        assertThat(meters.count(Meter.RTP_PACKETS_LOST)).isEqualTo(1);
        assertThat(keyframeRequests).containsExactly(SSRC);
        int asked = nacked.size();
        ingest.onRtp(keyframe(13), now);
        ticks(ingest, 100);
        assertThat(nacked).hasSize(asked);
        assertThat(keyframeRequests).hasSize(1);
        assertThat(reports).last().isEqualTo(SSRC + " lost=1 highest=13");
    }

    @Test
    void keyframeRequestsAreJoinedOnBothEdgesAndRepeatedUntilAKeyframeComes() throws Exception {
        Ingest ingest = ingest(video(List.of(), List.of((long) SSRC), Map.of()));
        ingest.onRtp(keyframe(1), now);

        ingest.requestKeyframe(0, "", now);
        ingest.requestKeyframe(0, "", now);
        assertThat(keyframeRequests).hasSize(1);
        ingest.onRtp(keyframe(2), now);
        ingest.requestKeyframe(0, "", now); // After that keyframe: must not be swallowed.
        ticks(ingest, 38);
        assertThat(keyframeRequests).as("at most one a second").hasSize(1);
        ticks(ingest, 4);
        assertThat(keyframeRequests).hasSize(2);
        ticks(ingest, 400);

        assertThat(keyframeRequests)
                .as("a publisher that ignores PLI is not pestered")
                .hasSizeLessThanOrEqualTo(6);
    }

    @Test
    void layersAreToldApartByTheirRidAndTracksByTheirMid() throws Exception {
        Ingest ingest = ingest(video(List.of("hi", "lo"), List.of(), Map.of()));

        ingest.onRtp(layer(0x2000, 1, "hi"), now);
        ingest.onRtp(layer(0x3000, 500, "lo"), now);
        ingest.onRtp(packet(VP8, 0x2000, 2, (byte) 0x10, (byte) 1), now); // Known by now without extensions.
        ingest.onRtp(packet(VP8, 0x4000, 2, (byte) 0x10, (byte) 1), now); // No layer to be told.

        assertThat(published).extracting(RelayPacket::rid).containsExactly("hi", "lo", "hi");
        assertThat(meters.count(Meter.RTP_PACKETS_UNKNOWN)).isEqualTo(1);
        assertThat(announced.get(0).get(0).rids()).containsExactly("hi", "lo");
    }

    private ByteBuffer layer(int ssrc, int sequence, String rid) {
        buffer.clear();
        RtpHeader.write(buffer, true, VP8, sequence, 1, ssrc);
        extensions.begin(buffer, false);
        extensions.add(MID_ID, new byte[] {'1'});
        extensions.add(RID_ID, rid.getBytes(java.nio.charset.StandardCharsets.UTF_8));
        extensions.end();
        return buffer.put(new byte[] {0x10, 1}).flip();
    }

    @Test
    void opusOfManyChannelsIsPassedOnUnderItsOwnName() throws Exception {
        CodecFormat surround = new CodecFormat("multiopus", 48_000, 6, "channel_mapping=0,4,1,2,3,5");
        Ingest ingest = ingest(new NegotiatedMedia(
                "1",
                "audio",
                false,
                Map.of(111, surround),
                Map.of(),
                Map.of(),
                List.of(),
                List.of(),
                Map.of(),
                Map.of(),
                -1));
        ingest.onRtp(packet(111, 0x2000, 1, (byte) 1, (byte) 2), now);

        assertThat(published).hasSize(1);
        assertThat(published.get(0).payloadLength()).isEqualTo(2);
        assertThat(announced.get(0).get(0).format()).isEqualTo(surround);
    }

    @Test
    void arrivalsAreReportedForBandwidthEstimation() throws Exception {
        Ingest ingest = ingest(video(List.of(), List.of((long) SSRC), Map.of()));
        for (int i = 0; i < 5; i++) {
            if (i != 2) {
                buffer.clear();
                RtpHeader.write(buffer, true, VP8, 100 + i, 1, SSRC);
                extensions.begin(buffer, false);
                extensions.addUnsigned(TWCC_ID, 65_533 + i & 0xFFFF, 2);
                extensions.end();
                ingest.onRtp(buffer.put(new byte[] {0x10, 1}).flip(), now + i * MILLI);
            }
        }
        ticks(ingest, 2);

        assertThat(arrivals).hasSize(1);
        TransportFeedback feedback = arrivals.get(0);
        assertThat(feedback.baseSequence()).isEqualTo(65_533);
        assertThat(feedback.packetCount()).isEqualTo(5);
        assertThat(feedback.isReceived(2)).isFalse();
        assertThat(feedback.arrivalTicks(4) - feedback.arrivalTicks(0)).isEqualTo(16);
    }

    @Test
    void senderReportsPassUnlessTheyContradictTheMedia() throws Exception {
        Ingest ingest = ingest(video(List.of(), List.of((long) SSRC), Map.of()));
        ingest.onRtp(keyframe(10), now);

        report(ingest, 100L << 32, 30_000);
        report(ingest, 101L << 32, 120_000); // One second, 90,000 ticks: agrees.
        report(ingest, 102L << 32, 120_000 + 9_000_000); // A hundred seconds of media in one.

        assertThat(senderReports).hasSize(2);
    }

    private void report(Ingest ingest, long ntp, long timestamp) {
        buffer.clear();
        RtcpWriter.senderReport(buffer, SSRC, ntp, timestamp, 1, 1);
        ingest.onRtcp(buffer.flip(), now);
    }

    @Test
    void rubbishIsCountedAndDisturbsNothing() throws Exception {
        Ingest ingest = ingest(video(List.of(), List.of((long) SSRC), Map.of()));

        ingest.onRtp(ByteBuffer.wrap(new byte[] {(byte) 0x80, 96, 0}), now);
        ingest.onRtp(packet(50, SSRC, 1, (byte) 1), now);
        ingest.onRtcp(ByteBuffer.wrap(new byte[] {(byte) 0x81, (byte) 201, 0, 9}), now);
        ingest.onRtp(packet(VP8, SSRC, 1), now); // Padding only: forwarded, so that numbers stay without gaps.
        ingest.onRtp(packet(RTX, RTX_SSRC, 1), now);

        assertThat(published).hasSize(1);
        assertThat(published.get(0).payloadLength()).isZero();
        assertThat(meters.count(Meter.RTP_PACKETS_UNKNOWN)).isEqualTo(2);
        assertThat(meters.count(Meter.RTCP_MALFORMED)).isEqualTo(1);
    }

    @Test
    void aBreakOfTheNumberingIsNoLossToBeAskedFor() throws Exception {
        Ingest ingest = ingest(video(List.of(), List.of((long) SSRC), Map.of()));
        ingest.onRtp(keyframe(1), now);

        ingest.onRtp(frame(20_000), now);
        ticks(ingest, 1);

        assertThat(nacked).isEmpty();
        assertThat(keyframeRequests).hasSize(1);
    }
}
