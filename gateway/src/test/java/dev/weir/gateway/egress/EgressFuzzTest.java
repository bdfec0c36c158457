package dev.weir.gateway.egress;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.weir.gateway.metrics.Meters;
import dev.weir.gateway.relay.MediaRelay;
import dev.weir.gateway.relay.Publication;
import dev.weir.gateway.relay.RelayPacket;
import dev.weir.gateway.relay.RelayTrack;
import dev.weir.webrtc.rtcp.RtcpHandler;
import dev.weir.webrtc.rtcp.RtcpReader;
import dev.weir.webrtc.rtcp.RtcpWriter;
import dev.weir.webrtc.rtp.HeaderExtensions;
import dev.weir.webrtc.rtp.MediaKind;
import dev.weir.webrtc.rtp.RtpHeader;
import dev.weir.webrtc.sdp.CodecFormat;
import dev.weir.webrtc.sdp.NegotiatedMedia;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.params.provider.MethodSource;

/** A viewer whose keys are good and whose feedback lies: we neither throw nor send one number twice as new. */
class EgressFuzzTest {
    private static final CodecFormat VP8 = new CodecFormat("VP8", 90_000, 1, "");
    private static final int VIDEO_SSRC = 0xA0;
    private static final int RTX_SSRC = 0xA1;
    private static final byte PACKETS = 1;
    private static final byte TICK = 2;
    private static final long MILLI = 1_000_000;

    private static final NegotiatedMedia VIDEO = new NegotiatedMedia(
            "0",
            "video",
            false,
            Map.of(120, VP8),
            Map.of(121, 120),
            Map.of(HeaderExtensions.TRANSPORT_SEQUENCE_URI, 3),
            List.of(),
            List.of((long) VIDEO_SSRC),
            Map.of((long) RTX_SSRC, (long) VIDEO_SSRC),
            Map.of(120, Set.of("nack", "nack pli", "transport-cc", "goog-remb")),
            0);

    /** Media, and one feedback of each kind in between; each entry is a kind, a length, and that many bytes. */
    static Stream<byte[]> sessions() {
        ByteBuffer out = ByteBuffer.allocate(2_000);
        entry(out, PACKETS, packets -> packets.put(new byte[] {0, 1, 1, 1, 1, 4, 1, 9}));
        entry(out, (byte) 0, rtcp -> {
            RtcpWriter.receiverReport(rtcp, 1, 1);
            RtcpWriter.reportBlock(rtcp, VIDEO_SSRC, 2, 3, 0x400, 5, 6, 7);
        });
        entry(
                out,
                (byte) 0,
                rtcp -> RtcpWriter.nack(rtcp, 1, VIDEO_SSRC, new int[] {0x400, 0x1001, 0x2002, 0x3003}, 4));
        entry(
                out,
                (byte) 0,
                rtcp -> RtcpWriter.transportFeedback(
                        rtcp, 1, VIDEO_SSRC, 0, 1, new long[] {0, 4, 9, 300, 301, 9_000}, 6));
        entry(out, TICK, tick -> tick.put((byte) 200));
        entry(out, (byte) 0, rtcp -> RtcpWriter.remb(rtcp, 1, VIDEO_SSRC, 100_000));
        entry(out, (byte) 0, rtcp -> RtcpWriter.pli(rtcp, 1, VIDEO_SSRC));
        entry(out, (byte) 0, rtcp -> RtcpWriter.fir(rtcp, 1, VIDEO_SSRC, 3));
        entry(out, PACKETS, packets -> packets.put(new byte[] {1, 1, 1, 0, 1, 1}));
        return Stream.of(Arrays.copyOf(out.array(), out.position()));
    }

    private static void entry(ByteBuffer out, byte kind, Consumer<ByteBuffer> writer) {
        out.put(kind);
        int length = out.position();
        out.put((byte) 0);
        writer.accept(out);
        out.put(length, (byte) (out.position() - length - 1));
    }

    @MethodSource("sessions")
    @FuzzTest(maxDuration = "1m")
    void aViewerCannotUpsetUs(byte[] input) throws Exception {
        Publication publication = new MediaRelay().registerPublisher("a", () -> true);
        Peer peer = new Peer();
        Egress egress =
                new Egress(List.of(VIDEO), publication.stream(), "cname", new SplittableRandom(1), peer, new Meters());
        egress.onTracks(List.of(new RelayTrack(0, "video", MediaKind.VIDEO, VP8, List.of())));
        long now = 1_000 * MILLI;
        egress.onJoin(List.of(), now);
        long sequence = 100;
        int at = 0;
        while (at + 2 <= input.length) {
            int kind = input[at];
            int length = Math.min(input[at + 1] & 0xFF, input.length - at - 2);
            ByteBuffer bytes = ByteBuffer.wrap(input, at + 2, length).slice();
            now += MILLI;
            switch (kind) {
                case PACKETS -> {
                    // Each byte a packet: how far its number is, by two bits that cannot wrap it; 0 = a keyframe.
                    for (int i = 0; i < length; i++) {
                        sequence += Math.max(1, bytes.get(i) & 3);
                        now += 10 * MILLI;
                        egress.onPacket(packet(publication, sequence, bytes.get(i) == 0, now), now);
                    }
                }
                case TICK -> {
                    now += (length == 0 ? 1 : bytes.get(0) & 0xFF) * MILLI;
                    egress.onTick(now, now / 1_000);
                    egress.onPace(now);
                }
                default -> egress.onRtcp(bytes, now);
            }
            at += 2 + length;
        }
        egress.onTick(now + 1_000 * MILLI, now / 1_000);
    }

    private static RelayPacket packet(Publication publication, long sequence, boolean keyframe, long now) {
        return RelayPacket.builder(MediaKind.VIDEO)
                .trackIndex(0)
                .ssrc(5)
                .extendedSequence(sequence)
                .extendedTimestamp(sequence * 3_000)
                .keyframeStart(keyframe)
                .marker(true)
                .arrival(now, now / 1_000)
                .epoch(publication.epoch())
                .payload(new byte[] {0x10, (byte) (keyframe ? 0x10 : 0x11), 0, 0, (byte) 0x9d, 1, 0x2a, 0, 0, 0, 0})
                .build();
    }

    /** The viewer's end; a packet that is new must have a number that is. */
    private static final class Peer implements MediaSink {
        private final Set<Long> numbers = new HashSet<>();

        @Override
        public boolean sendRtp(ByteBuffer packet, long at) {
            assertThat(RtpHeader.isValid(packet)).isTrue();
            long number = (long) RtpHeader.ssrc(packet) << 32 | RtpHeader.sequenceNumber(packet);
            assertThat(numbers.add(number)).as("sent before").isTrue();
            return true;
        }

        @Override
        public boolean resendRtp(ByteBuffer protectedPacket, long at) {
            return true;
        }

        @Override
        public boolean sendRtcp(ByteBuffer compound, long at) {
            assertThat(RtcpReader.read(compound, new RtcpHandler() {})).isTrue();
            return true;
        }
    }
}
