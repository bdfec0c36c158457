package dev.weir.gateway.egress;

import static dev.weir.gateway.egress.EncodedPictures.FRAMES;
import static dev.weir.gateway.egress.EncodedPictures.KEYFRAME_EVERY;
import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.gateway.ingest.Ingest;
import dev.weir.gateway.ingest.WallClock;
import dev.weir.gateway.metrics.Meters;
import dev.weir.gateway.relay.MediaRelay;
import dev.weir.gateway.relay.Publication;
import dev.weir.gateway.relay.RelayConfig;
import dev.weir.gateway.relay.RelayPacket;
import dev.weir.gateway.relay.RelayTrack;
import dev.weir.gateway.relay.Subscriber;
import dev.weir.webrtc.codec.Codec;
import dev.weir.webrtc.codec.Depacketizer;
import dev.weir.webrtc.codec.EncodedFrame;
import dev.weir.webrtc.rtcp.RtcpWriter;
import dev.weir.webrtc.rtp.RtpHeader;
import dev.weir.webrtc.sdp.CodecFormat;
import dev.weir.webrtc.sdp.NegotiatedMedia;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** FFmpeg's H264 and H265 from a publisher that sends its parameter sets once: what viewers get is decoded by FFmpeg. */
class ParameterSetsTest {
    private static final long FRAME_NANOS = 100_000_000;
    private static final long VIEWER_SSRC = 0xA0;
    private static final long VIEWER_RTX_SSRC = 0xA1;

    @TempDir
    static Path folder;

    private static final List<EncodedPictures> streams = new ArrayList<>();

    private final Meters meters = new Meters();
    private final List<RelayPacket> logged = new ArrayList<>();
    private final MediaRelay relay = new MediaRelay(RelayConfig.DEFAULT, List.of(stream -> packet -> {
        logged.add(packet);
        return true;
    }));
    private final ByteBuffer packet = ByteBuffer.allocate(1_500);
    private long nowNanos = 1_000_000_000;
    private int sequence = 65_530;

    @BeforeAll
    static void encode() throws Exception {
        for (Codec codec : List.of(Codec.H264, Codec.H265)) {
            streams.add(new EncodedPictures(codec, Files.createDirectory(folder.resolve(codec.name()))));
        }
    }

    static List<EncodedPictures> streams() {
        return streams;
    }

    private static NegotiatedMedia video(Codec codec, int payloadType, String fmtp, int trackIndex) {
        return new NegotiatedMedia(
                "v",
                "video",
                false,
                Map.of(payloadType, new CodecFormat(codec.encodingName(), 90_000, 1, fmtp)),
                trackIndex < 0 ? Map.of() : Map.of(payloadType + 1, payloadType),
                Map.of(),
                List.of(),
                trackIndex < 0 ? List.of() : List.of(VIEWER_SSRC),
                trackIndex < 0 ? Map.of() : Map.of(VIEWER_RTX_SSRC, VIEWER_SSRC),
                Map.of(payloadType, Set.of("nack", "nack pli")),
                trackIndex);
    }

    private Ingest publish(Codec codec, String fmtp) throws Exception {
        Publication publication = relay.registerPublisher("a", () -> true);
        Ingest ingest = new Ingest(
                List.of(video(codec, 96, fmtp, -1)),
                publication,
                7,
                "c",
                new WallClock(0, 0),
                (rtcp, at) -> {},
                meters);
        ingest.onConnected();
        return ingest;
    }

    /** Sends a frame as RTP, without its parameter sets unless they are wanted. */
    private void send(EncodedPictures source, Ingest ingest, int index, boolean withSets) {
        nowNanos += FRAME_NANOS;
        source.packetize(index, withSets, (payload, marker) -> {
            packet.clear();
            RtpHeader.write(packet, marker, 96, sequence++ & 0xFFFF, index * 9_000L, 0x1000);
            packet.put(payload.duplicate()).flip();
            ingest.onRtp(packet, nowNanos);
        });
    }

    /** A viewer on the relay's own thread. */
    private final class Viewer implements Subscriber, MediaSink {
        private final Egress egress;
        private final EncodedPictures source;
        private final Depacketizer depacketizer;
        private final List<EncodedFrame> frames = new ArrayList<>();
        private final List<Integer> types = new ArrayList<>();
        private final List<ByteBuffer> repairs = new ArrayList<>();
        private int first = -1;
        private int last = -1;

        Viewer(EncodedPictures source) {
            this.source = source;
            depacketizer = Depacketizer.of(source.codec);
            egress = new Egress(
                    List.of(video(source.codec, 120, fmtp(source.codec), 0)),
                    relay.find("a").orElseThrow(),
                    "c",
                    new SplittableRandom(5),
                    this,
                    meters);
            relay.addSubscriber("a", this);
        }

        @Override
        public void onTracks(long epoch, List<RelayTrack> tracks) {
            egress.onTracks(tracks);
        }

        @Override
        public void onJoin(List<RelayPacket> sinceKeyframe) {
            egress.onJoin(sinceKeyframe, nowNanos);
            for (long at = nowNanos; egress.wantsPacing(); at += Egress.PACE_NANOS) {
                egress.onPace(at);
            }
        }

        @Override
        public boolean offer(RelayPacket relayed) {
            egress.onPacket(relayed, nowNanos);
            return true;
        }

        @Override
        public boolean sendRtp(ByteBuffer rtp, long at) {
            ByteBuffer payload = RtpHeader.payload(rtp);
            if (RtpHeader.ssrc(rtp) == (int) VIEWER_RTX_SSRC) {
                repairs.add(
                        ByteBuffer.allocate(payload.remaining()).put(payload).flip());
                return true;
            }
            int number = RtpHeader.sequenceNumber(rtp);
            assertThat(first < 0 ? number : last + 1).isEqualTo(number);
            first = first < 0 ? number : first;
            last = number;
            types.add(source.type(payload));
            depacketizer.push(payload, RtpHeader.marker(rtp), number, RtpHeader.timestamp(rtp), frames::add);
            return true;
        }

        @Override
        public boolean resendRtp(ByteBuffer protectedPacket, long at) {
            return false;
        }

        @Override
        public boolean sendRtcp(ByteBuffer compound, long at) {
            return true;
        }

        List<String> pictures() throws Exception {
            ByteArrayOutputStream out = new ByteArrayOutputStream();
            for (EncodedFrame frame : frames) {
                assertThat(frame.damaged() || frame.afterLoss()).isFalse();
                ByteBuffer data = frame.data().duplicate();
                while (data.hasRemaining()) {
                    byte[] unit = new byte[data.getInt()];
                    data.get(unit);
                    out.writeBytes(new byte[] {0, 0, 0, 1});
                    out.writeBytes(unit);
                }
            }
            return source.decode(out.toByteArray());
        }
    }

    private static String fmtp(Codec codec) {
        return codec == Codec.H264 ? "packetization-mode=1" : "";
    }

    @ParameterizedTest
    @MethodSource("streams")
    void aLateViewerDecodesAStreamWhoseParameterSetsCameOnce(EncodedPictures source) throws Exception {
        List<Integer> sets = source.parameterSetTypes();
        Ingest ingest = publish(source.codec, fmtp(source.codec));
        Viewer early = new Viewer(source);
        for (int i = 0; i < 7; i++) {
            send(source, ingest, i, i == 0);
        }
        Viewer late = new Viewer(source);
        for (int i = 7; i < FRAMES; i++) {
            send(source, ingest, i, false);
        }

        assertThat(early.pictures()).isEqualTo(source.md5);
        assertThat(late.pictures()).isEqualTo(source.md5.subList(KEYFRAME_EVERY, FRAMES));
        assertThat(late.types.subList(0, sets.size())).isEqualTo(sets);
        assertThat(early.types.stream().filter(type -> type.equals(sets.get(sets.size() - 1))))
                .as("before both bare keyframes, and by itself where the publisher does not aggregate")
                .hasSize(source.codec == Codec.H264 ? 2 : 3);
        assertThat(logged).as("the log has what was sent").hasSize(sequence - 65_530);

        int number = late.first;
        ByteBuffer nack = ByteBuffer.allocate(100);
        RtcpWriter.nack(nack, 1, (int) VIEWER_SSRC, new int[] {number, number + 1}, 2);
        nowNanos += FRAME_NANOS;
        late.egress.onRtcp(nack.flip(), nowNanos);
        assertThat(late.repairs).hasSize(2);
        assertThat(late.repairs.get(0).getShort(0)).isEqualTo((short) number);
        assertThat(late.repairs.get(0).slice(2, late.repairs.get(0).remaining() - 2))
                .as("the first set, again")
                .isEqualTo(source.firstSet());
    }

    @ParameterizedTest
    @MethodSource("streams")
    void parameterSetsOfThePublishersSdpAreGoodFromTheFirstKeyframeOn(EncodedPictures source) throws Exception {
        String own = fmtp(source.codec);
        Ingest ingest = publish(source.codec, (own.isEmpty() ? "" : own + ";") + source.sprop());
        Viewer viewer = new Viewer(source);
        for (int i = 0; i < FRAMES; i++) {
            send(source, ingest, i, false);
        }

        assertThat(viewer.pictures()).isEqualTo(source.md5);
    }

    @ParameterizedTest
    @MethodSource("streams")
    void whatComesWithItsParameterSetsIsPassedOnAsItIs(EncodedPictures source) throws Exception {
        Ingest ingest = publish(source.codec, fmtp(source.codec));
        Viewer viewer = new Viewer(source);
        for (int i = 0; i < FRAMES; i++) {
            send(source, ingest, i, true);
        }

        assertThat(viewer.pictures()).isEqualTo(source.md5);
        assertThat(viewer.types).hasSize(sequence - 65_530);
        assertThat(logged).allMatch(relayed -> relayed.parameterSets().isEmpty());
    }
}
