package dev.weir.gateway.egress;

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
import dev.weir.webrtc.codec.H264Packetizer;
import dev.weir.webrtc.rtcp.RtcpWriter;
import dev.weir.webrtc.rtp.RtpHeader;
import dev.weir.webrtc.sdp.CodecFormat;
import dev.weir.webrtc.sdp.NegotiatedMedia;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** FFmpeg's H264 from a publisher that sends its parameter sets once: what viewers get is decoded by FFmpeg. */
class ParameterSetsTest {
    private static final int FRAMES = 15;
    private static final int KEYFRAME_EVERY = 5;
    private static final long FRAME_NANOS = 100_000_000;
    private static final long VIEWER_SSRC = 0xA0;
    private static final long VIEWER_RTX_SSRC = 0xA1;

    @TempDir
    static Path folder;

    /** NAL units without start codes, frame by frame; the first of every keyframe are its parameter sets. */
    private static final List<List<ByteBuffer>> encoded = new ArrayList<>();

    private static List<String> pictures = List.of();

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
        Path file = folder.resolve("source.h264");
        ffmpeg("-f lavfi -i testsrc2=size=320x240:rate=10 -frames:v " + FRAMES
                + " -c:v libx264 -preset ultrafast -threads 1 -pix_fmt yuv420p -g " + KEYFRAME_EVERY
                + " -bf 0 -f h264 source.h264");
        pictures = decode(Files.readAllBytes(file));
        assertThat(pictures).hasSize(FRAMES).doesNotHaveDuplicates();
        List<ByteBuffer> frame = new ArrayList<>();
        for (ByteBuffer unit : units(ByteBuffer.wrap(Files.readAllBytes(file)))) {
            int type = unit.get(0) & 0x1F;
            if (type == 1 || type == 5 || type == 7 || type == 8) {
                frame.add(unit);
            }
            if (type == 1 || type == 5) {
                encoded.add(List.copyOf(frame));
                frame.clear();
            }
        }
        assertThat(encoded).hasSize(FRAMES);
    }

    private static List<ByteBuffer> units(ByteBuffer annexB) {
        List<ByteBuffer> units = new ArrayList<>();
        int start = -1;
        for (int at = 0; at + 2 < annexB.limit(); at++) {
            if (annexB.get(at) == 0 && annexB.get(at + 1) == 0 && annexB.get(at + 2) == 1) {
                if (start >= 0) {
                    units.add(annexB.slice(start, (annexB.get(at - 1) == 0 ? at - 1 : at) - start));
                }
                start = at + 3;
            }
        }
        units.add(annexB.slice(start, annexB.limit() - start));
        return units;
    }

    private static void ffmpeg(String arguments) throws Exception {
        List<String> command = new ArrayList<>(List.of("ffmpeg", "-nostdin", "-v", "error", "-y"));
        command.addAll(List.of(arguments.split(" ")));
        Path errors = folder.resolve("errors.txt");
        Process process = new ProcessBuilder(command)
                .directory(folder.toFile())
                .redirectError(errors.toFile())
                .start();
        assertThat(process.waitFor(120, TimeUnit.SECONDS)).isTrue();
        assertThat(Files.readString(errors)).isEmpty();
        assertThat(process.exitValue()).isZero();
    }

    /** Returns the MD5 of each picture; anything that FFmpeg complains of fails. */
    private static List<String> decode(byte[] annexB) throws Exception {
        Files.write(folder.resolve("in.h264"), annexB);
        ffmpeg("-i in.h264 -f framemd5 out.txt");
        return Files.readAllLines(folder.resolve("out.txt")).stream()
                .filter(line -> !line.startsWith("#"))
                .map(line -> line.substring(line.lastIndexOf(',') + 1).strip())
                .toList();
    }

    private static NegotiatedMedia video(int payloadType, String fmtp, int trackIndex) {
        return new NegotiatedMedia(
                "v",
                "video",
                false,
                Map.of(payloadType, new CodecFormat("H264", 90_000, 1, fmtp)),
                trackIndex < 0 ? Map.of() : Map.of(payloadType + 1, payloadType),
                Map.of(),
                List.of(),
                trackIndex < 0 ? List.of() : List.of(VIEWER_SSRC),
                trackIndex < 0 ? Map.of() : Map.of(VIEWER_RTX_SSRC, VIEWER_SSRC),
                Map.of(payloadType, Set.of("nack", "nack pli")),
                trackIndex);
    }

    private Ingest publish(String sprop) throws Exception {
        Publication publication = relay.registerPublisher("a", () -> true);
        Ingest ingest = new Ingest(
                List.of(video(96, "packetization-mode=1" + sprop, -1)),
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
    private void send(Ingest ingest, int index, boolean withSets) {
        nowNanos += FRAME_NANOS;
        ByteBuffer annexB = ByteBuffer.allocate(100_000);
        for (ByteBuffer unit : encoded.get(index)) {
            int type = unit.get(0) & 0x1F;
            if (withSets || type == 1 || type == 5) {
                annexB.putInt(1).put(unit.duplicate());
            }
        }
        new H264Packetizer(1_000).packetizeAnnexB(annexB.flip(), (payload, marker) -> {
            packet.clear();
            RtpHeader.write(packet, marker, 96, sequence++ & 0xFFFF, index * 9_000L, 0x1000);
            packet.put(payload.duplicate()).flip();
            ingest.onRtp(packet, nowNanos);
        });
    }

    /** A viewer on the relay's own thread. */
    private final class Viewer implements Subscriber, MediaSink {
        private final Egress egress;
        private final Depacketizer depacketizer = Depacketizer.of(Codec.H264);
        private final List<EncodedFrame> frames = new ArrayList<>();
        private final List<Integer> types = new ArrayList<>();
        private final List<ByteBuffer> repairs = new ArrayList<>();
        private int first = -1;
        private int last = -1;

        Viewer() {
            egress = new Egress(
                    List.of(video(120, "packetization-mode=1", 0)),
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
            types.add(payload.get(payload.position()) & 0x1F);
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
            return decode(out.toByteArray());
        }
    }

    @Test
    void aLateViewerDecodesAStreamWhoseParameterSetsCameOnce() throws Exception {
        Ingest ingest = publish("");
        Viewer early = new Viewer();
        for (int i = 0; i < 7; i++) {
            send(ingest, i, i == 0);
        }
        Viewer late = new Viewer();
        for (int i = 7; i < FRAMES; i++) {
            send(ingest, i, false);
        }

        assertThat(early.pictures()).isEqualTo(pictures);
        assertThat(late.pictures()).isEqualTo(pictures.subList(KEYFRAME_EVERY, FRAMES));
        assertThat(late.types).startsWith(7, 8);
        assertThat(early.types.stream().filter(type -> type == 7))
                .as("before both bare keyframes")
                .hasSize(2);
        assertThat(logged).as("the log has what was sent").hasSize(sequence - 65_530);

        int number = late.first;
        ByteBuffer nack = ByteBuffer.allocate(100);
        RtcpWriter.nack(nack, 1, (int) VIEWER_SSRC, new int[] {number, number + 1}, 2);
        nowNanos += FRAME_NANOS;
        late.egress.onRtcp(nack.flip(), nowNanos);
        assertThat(late.repairs).hasSize(2);
        assertThat(late.repairs.get(0).getShort(0)).isEqualTo((short) number);
        assertThat(late.repairs.get(0).slice(2, late.repairs.get(0).remaining() - 2))
                .as("the SPS, again")
                .isEqualTo(encoded.get(0).get(0));
    }

    @Test
    void parameterSetsOfThePublishersSdpAreGoodFromTheFirstKeyframeOn() throws Exception {
        String sets = Base64.getEncoder().encodeToString(bytes(encoded.get(0).get(0))) + ","
                + Base64.getEncoder().encodeToString(bytes(encoded.get(0).get(1)));
        Ingest ingest = publish(";sprop-parameter-sets=" + sets);
        Viewer viewer = new Viewer();
        for (int i = 0; i < FRAMES; i++) {
            send(ingest, i, false);
        }

        assertThat(viewer.pictures()).isEqualTo(pictures);
    }

    private static byte[] bytes(ByteBuffer unit) {
        byte[] bytes = new byte[unit.remaining()];
        unit.get(0, bytes);
        return bytes;
    }

    @Test
    void whatComesWithItsParameterSetsIsPassedOnAsItIs() throws Exception {
        Ingest ingest = publish("");
        Viewer viewer = new Viewer();
        for (int i = 0; i < FRAMES; i++) {
            send(ingest, i, true);
        }

        assertThat(viewer.pictures()).isEqualTo(pictures);
        assertThat(viewer.types).hasSize(sequence - 65_530);
        assertThat(logged).allMatch(relayed -> relayed.parameterSets().isEmpty());
    }
}
