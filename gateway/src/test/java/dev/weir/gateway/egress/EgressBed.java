package dev.weir.gateway.egress;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.gateway.metrics.Meters;
import dev.weir.gateway.relay.MediaRelay;
import dev.weir.gateway.relay.Publication;
import dev.weir.gateway.relay.Publisher;
import dev.weir.gateway.relay.RelayPacket;
import dev.weir.gateway.relay.RelayTrack;
import dev.weir.webrtc.rtcp.RtcpHandler;
import dev.weir.webrtc.rtcp.RtcpReader;
import dev.weir.webrtc.rtp.MediaKind;
import dev.weir.webrtc.rtp.RtpHeader;
import dev.weir.webrtc.sdp.CodecFormat;
import dev.weir.webrtc.sdp.NegotiatedMedia;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;

/** A viewer of one stream of video and sound, what it is sent and what it reports, in virtual time. */
abstract class EgressBed {
    static final CodecFormat VP8 = new CodecFormat("VP8", 90_000, 1, "");
    static final CodecFormat OPUS = new CodecFormat("opus", 48_000, 2, "");
    static final int VIDEO_SSRC = 0xA0;
    static final int RTX_SSRC = 0xA1;
    static final int AUDIO_SSRC = 0xB0;
    static final int VIDEO_TYPE = 120;
    static final int RTX_TYPE = 121;
    static final long MILLI = 1_000_000;

    record Sent(int payloadType, int ssrc, int sequence, long timestamp, byte first) {}

    record Report(int ssrc, long ntp, long timestamp) {}

    final List<Sent> sent = new ArrayList<>();
    final List<Report> reports = new ArrayList<>();
    final Meters meters = new Meters();
    final MediaRelay relay = new MediaRelay();
    int keyframeRequests;
    Publication publication = register();
    Egress egress = egress(true);
    long nowNanos = 1_000 * MILLI;

    Publication register() {
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

    static List<RelayTrack> tracks(String... rids) {
        return List.of(
                new RelayTrack(0, "video", MediaKind.VIDEO, VP8, List.of(rids)),
                new RelayTrack(1, "audio", MediaKind.AUDIO, OPUS, List.of()));
    }

    Egress egress(boolean rtx) {
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
    final class Peer implements MediaSink {
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

    RelayPacket video(int ssrc, long sequence, long timestamp, boolean keyframe, String rid) {
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

    void send(RelayPacket packet) {
        egress.onPacket(packet, packet.arrivalNanos());
    }

    void join(RelayPacket... recent) {
        egress.onTracks(tracks());
        egress.onJoin(List.of(recent), nowNanos);
    }

    void rtcp(java.util.function.Consumer<ByteBuffer> writer) {
        ByteBuffer out = ByteBuffer.allocate(200);
        writer.accept(out);
        egress.onRtcp(out.flip(), nowNanos);
    }
}
