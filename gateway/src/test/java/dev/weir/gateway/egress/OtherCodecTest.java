package dev.weir.gateway.egress;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.gateway.metrics.Meters;
import dev.weir.gateway.relay.MediaRelay;
import dev.weir.gateway.relay.Publication;
import dev.weir.gateway.relay.Publisher;
import dev.weir.gateway.relay.RelayPacket;
import dev.weir.gateway.relay.RelayTrack;
import dev.weir.gateway.simulation.VirtualLoop;
import dev.weir.gateway.simulation.VirtualTime;
import dev.weir.webrtc.rtcp.RtcpWriter;
import dev.weir.webrtc.rtp.MediaKind;
import dev.weir.webrtc.rtp.RtpHeader;
import dev.weir.webrtc.sdp.CodecFormat;
import dev.weir.webrtc.sdp.NegotiatedMedia;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** The publisher comes back with another codec of those that the viewer agreed on; in virtual time. */
class OtherCodecTest {
    private static final CodecFormat VP8 = new CodecFormat("VP8", 90_000, 1, "");
    private static final CodecFormat H264 = new CodecFormat("H264", 90_000, 1, "packetization-mode=1");
    private static final CodecFormat AV1 = new CodecFormat("AV1", 90_000, 1, "");
    private static final CodecFormat OPUS = new CodecFormat("opus", 48_000, 2, "");
    private static final CodecFormat PCMU = new CodecFormat("PCMU", 8_000, 1, "");
    private static final int VIDEO_SSRC = 0xA0;
    private static final int RTX_SSRC = 0xA1;
    private static final int AUDIO_SSRC = 0xB0;
    private static final long MILLI = 1_000_000;

    private record Sent(int payloadType, int ssrc, int sequence, long timestamp) {}

    private final List<Sent> sent = new ArrayList<>();
    private final MediaRelay relay = new MediaRelay();
    private final Meters meters = new Meters();
    private final ArrayDeque<Runnable> turns = new ArrayDeque<>();
    private final VirtualTime time = new VirtualTime();
    private int keyframeRequests;
    private Publication publication = publish(VP8, OPUS);
    private final Egress egress = new Egress(
            List.of(video(), audio()), publication.stream(), "c", new SplittableRandom(1), new Wires(), meters);
    /** The viewer's loop turns when the test says so. */
    private final VirtualLoop loop = new VirtualLoop(time, task -> () -> turns.add(task));

    private final ViewerSubscriber viewer =
            new ViewerSubscriber(egress, ViewerFeed.of(publication.stream(), loop, meters), loop);

    private final class Wires implements MediaSink {
        @Override
        public boolean sendRtp(ByteBuffer packet, long at) {
            sent.add(new Sent(
                    RtpHeader.payloadType(packet),
                    RtpHeader.ssrc(packet),
                    RtpHeader.sequenceNumber(packet),
                    RtpHeader.timestamp(packet)));
            return true;
        }

        @Override
        public boolean resendRtp(ByteBuffer protectedPacket, long at) {
            return sendRtp(protectedPacket, at);
        }

        @Override
        public boolean sendRtcp(ByteBuffer compound, long at) {
            return true;
        }
    }

    /** VP8 under 96, H264 under 102, both with RTX; AV1 under 45 without. */
    private static NegotiatedMedia video() {
        Map<Integer, CodecFormat> types = new LinkedHashMap<>();
        types.put(96, VP8);
        types.put(102, H264);
        types.put(45, AV1);
        Set<String> feedback = Set.of("nack", "nack pli");
        return new NegotiatedMedia(
                "0",
                "video",
                false,
                types,
                Map.of(97, 96, 103, 102),
                Map.of(),
                List.of(),
                List.of((long) VIDEO_SSRC),
                Map.of((long) RTX_SSRC, (long) VIDEO_SSRC),
                Map.of(96, feedback, 102, feedback, 45, feedback),
                0);
    }

    private static NegotiatedMedia audio() {
        Map<Integer, CodecFormat> types = new LinkedHashMap<>();
        types.put(111, OPUS);
        types.put(0, PCMU);
        return new NegotiatedMedia(
                "1",
                "audio",
                false,
                types,
                Map.of(),
                Map.of(),
                List.of(),
                List.of((long) AUDIO_SSRC),
                Map.of(),
                Map.of(),
                1);
    }

    private Publication publish(CodecFormat video, CodecFormat audio) {
        try {
            Publication taken = relay.registerPublisher("a", new Publisher() {
                @Override
                public boolean isAlive() {
                    return false;
                }

                @Override
                public void requestKeyframe(int trackIndex, String rid) {
                    keyframeRequests++;
                }
            });
            taken.announce(List.of(
                    new RelayTrack(0, "video", MediaKind.VIDEO, video, List.of()),
                    new RelayTrack(1, "audio", MediaKind.AUDIO, audio, List.of())));
            return taken;
        } catch (dev.weir.gateway.relay.AlreadyPublishedException e) {
            throw new IllegalStateException(e);
        }
    }

    private void picture(long number, boolean keyframe) {
        time.run(20 * MILLI);
        publication.publish(packet(MediaKind.VIDEO)
                .trackIndex(0)
                .extendedSequence(number)
                .extendedTimestamp(number * 1_800)
                .marker(true)
                .keyframeStart(keyframe)
                .payload(new byte[] {(byte) number, 2, 3})
                .build());
    }

    private void sound(long number, int ticks) {
        publication.publish(packet(MediaKind.AUDIO)
                .trackIndex(1)
                .extendedSequence(number)
                .extendedTimestamp(number * ticks)
                .payload(new byte[] {1})
                .build());
    }

    private RelayPacket.Builder packet(MediaKind kind) {
        return RelayPacket.builder(kind)
                .ssrc((int) publication.epoch())
                .epoch(publication.epoch())
                .arrival(time.nowNanos(), time.nowNanos() / 1_000);
    }

    private void turn() {
        for (Runnable task = turns.poll(); task != null; task = turns.poll()) {
            task.run();
        }
    }

    private List<Sent> sentOf(int ssrc) {
        return sent.stream().filter(one -> one.ssrc() == ssrc).toList();
    }

    private void nack(int sequence) {
        ByteBuffer out = ByteBuffer.allocate(100);
        RtcpWriter.nack(out, 1, VIDEO_SSRC, new int[] {sequence}, 1);
        egress.onRtcp(out.flip(), time.nowNanos());
    }

    @Test
    void theViewerGoesOnUnderThePayloadTypeOfTheNewCodec() {
        // The viewer's loop is late: it hears of both publishers, and of all packets between, in one turn.
        relay.addSubscriber("a", viewer);
        picture(100, true);
        picture(101, false);
        sound(7, 960);
        publication = publish(H264, PCMU);
        picture(5_000, false);
        picture(5_001, true);
        picture(5_002, false);
        sound(9_000, 160);
        turn();

        List<Sent> video = sentOf(VIDEO_SSRC);
        assertThat(video).extracting(Sent::payloadType).containsExactly(96, 96, 102, 102);
        int begin = video.get(0).sequence();
        assertThat(video).extracting(Sent::sequence).containsExactly(begin, begin + 1, begin + 2, begin + 3);
        assertThat(video.get(2).timestamp() - video.get(1).timestamp())
                .as("40 ms passed")
                .isEqualTo(3_600);
        List<Sent> audio = sentOf(AUDIO_SSRC);
        assertThat(audio).extracting(Sent::payloadType).containsExactly(111, 0);
        assertThat(audio.get(1).timestamp() - audio.get(0).timestamp())
                .as("60 ms of the new clock")
                .isEqualTo(480);
        assertThat(egress.cannotShow(publication.stream().tracks())).isFalse();
    }

    @Test
    void repairsAreOfTheCodecInUseOrNone() {
        relay.addSubscriber("a", viewer);
        picture(100, true);
        publication = publish(H264, OPUS);
        picture(200, true);
        turn();
        int former = sentOf(VIDEO_SSRC).get(0).sequence();
        int present = sentOf(VIDEO_SSRC).get(1).sequence();

        nack(former);
        assertThat(sentOf(RTX_SSRC)).as("its payload type would say H264").isEmpty();
        nack(present);
        assertThat(sentOf(RTX_SSRC)).extracting(Sent::payloadType).containsExactly(103);

        publication = publish(AV1, OPUS);
        picture(300, true);
        turn();
        nack(present + 1);
        assertThat(sentOf(RTX_SSRC)).hasSize(1);
        List<Sent> video = sentOf(VIDEO_SSRC);
        assertThat(video).extracting(Sent::payloadType).containsExactly(96, 102, 45, 45);
        assertThat(video.get(3)).as("without RTX the packet itself").isEqualTo(video.get(2));
    }

    @Test
    void aCodecThatWasNotAgreedOnEndsNothingUntilItStays() {
        relay.addSubscriber("a", viewer);
        picture(100, true);
        publication = publish(new CodecFormat("H265", 90_000, 1, ""), OPUS);
        picture(200, true);
        turn();
        assertThat(sentOf(VIDEO_SSRC)).hasSize(1);
        assertThat(egress.cannotShow(publication.stream().tracks())).isTrue();

        keyframeRequests = 0;
        publication = publish(VP8, OPUS);
        picture(300, false);
        turn();
        time.run(1_000 * MILLI);
        egress.onTick(time.nowNanos(), time.nowNanos() / 1_000);
        assertThat(keyframeRequests).isPositive();
        picture(301, true);
        turn();

        assertThat(egress.cannotShow(publication.stream().tracks())).isFalse();
        assertThat(sentOf(VIDEO_SSRC)).extracting(Sent::payloadType).containsExactly(96, 96);
    }
}
