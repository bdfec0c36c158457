package dev.weir.gateway.ingest;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.weir.gateway.metrics.Meters;
import dev.weir.gateway.relay.MediaRelay;
import dev.weir.gateway.relay.Publication;
import dev.weir.gateway.relay.RelayConfig;
import dev.weir.gateway.relay.RelayPacket;
import dev.weir.gateway.relay.Subscriber;
import dev.weir.webrtc.rtcp.RtcpHandler;
import dev.weir.webrtc.rtcp.RtcpReader;
import dev.weir.webrtc.rtcp.RtcpWriter;
import dev.weir.webrtc.rtp.HeaderExtensions;
import dev.weir.webrtc.rtp.RtpHeader;
import dev.weir.webrtc.sdp.CodecFormat;
import dev.weir.webrtc.sdp.NegotiatedMedia;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.params.provider.MethodSource;

/** A publisher whose keys are good and whose packets are not: whatever it sends, we neither throw nor repeat a number. */
class IngestFuzzTest {
    private static final int VP8 = 96;
    private static final int RTX = 97;
    private static final int SSRC = 0x1000;
    private static final int RTX_SSRC = 0x1001;
    private static final byte RTCP = 1;
    private static final byte TICK = 2;
    private static final long MILLI = 1_000_000;

    private static final NegotiatedMedia VIDEO = new NegotiatedMedia(
            "1",
            "video",
            false,
            Map.of(VP8, new CodecFormat("VP8", 90_000, 1, "")),
            Map.of(RTX, VP8),
            Map.of(
                    HeaderExtensions.MID_URI, 1,
                    HeaderExtensions.RID_URI, 2,
                    HeaderExtensions.TRANSPORT_SEQUENCE_URI, 3),
            List.of("h", "l"),
            List.of((long) SSRC),
            Map.of((long) RTX_SSRC, (long) SSRC),
            Map.of(VP8, Set.of("nack", "nack pli", "transport-cc")),
            -1);

    /** Media with a hole, its repair, a sender report, a goodbye: each entry behind its kind and two bytes of length. */
    static Stream<byte[]> sessions() {
        ByteBuffer out = ByteBuffer.allocate(1_000);
        for (int sequence : new int[] {65_534, 65_535, 2, 1, 2}) {
            entry(out, (byte) 0, packet -> {
                RtpHeader.write(packet, true, VP8, sequence, sequence * 3_000L, SSRC);
                packet.put(new byte[] {0x10, 0x10, 0, 0, (byte) 0x9d, 1, 0x2a});
            });
        }
        entry(out, (byte) 0, packet -> {
            RtpHeader.write(packet, true, RTX, 9, 3_000, RTX_SSRC);
            packet.putShort((short) 0).put((byte) 0x10).put((byte) 0x11);
        });
        entry(out, TICK, packet -> packet.put((byte) 30));
        entry(out, RTCP, packet -> {
            RtcpWriter.senderReport(packet, SSRC, 1L << 40, 3_000, 4, 5);
            RtcpWriter.bye(packet, SSRC);
        });
        byte[] unknownSource = new byte[] {
            (byte) 0x90,
            VP8,
            0,
            7,
            0,
            0,
            0,
            1,
            0,
            0,
            0,
            9,
            (byte) 0xBE,
            (byte) 0xDE,
            0,
            2,
            0x10,
            '1',
            0x20,
            'h',
            0x31,
            0,
            1,
            0
        };
        entry(out, (byte) 0, packet -> packet.put(unknownSource).put((byte) 0x10));
        return Stream.of(Arrays.copyOf(out.array(), out.position()));
    }

    private static void entry(ByteBuffer out, byte kind, java.util.function.Consumer<ByteBuffer> writer) {
        out.put(kind);
        int length = out.position();
        out.putShort((short) 0);
        writer.accept(out);
        out.putShort(length, (short) (out.position() - length - 2));
    }

    @MethodSource("sessions")
    @FuzzTest(maxDuration = "1m")
    void aPublisherCannotUpsetUs(byte[] input) throws Exception {
        Recorder recorder = new Recorder();
        Publication publication =
                new MediaRelay(RelayConfig.DEFAULT, List.of(stream -> recorder)).registerPublisher("a", () -> true);
        long now = 1_000 * MILLI;
        Ingest ingest = new Ingest(
                List.of(VIDEO), publication, 7, "cname", new WallClock(now, 0), (rtcp, at) -> read(rtcp), new Meters());
        ingest.onConnected();
        int at = 0;
        while (at + 3 <= input.length) {
            int kind = input[at];
            int length = Math.min((input[at + 1] & 0xFF) << 8 | (input[at + 2] & 0xFF), input.length - at - 3);
            ByteBuffer packet = ByteBuffer.wrap(input, at + 3, length).slice();
            now += MILLI;
            switch (kind) {
                case RTCP -> ingest.onRtcp(packet, now);
                case TICK -> {
                    now += (length == 0 ? 1 : packet.get(0) & 0xFF) * MILLI;
                    ingest.onTick(now);
                }
                default -> ingest.onRtp(packet, now);
            }
            at += 3 + length;
        }
        ingest.onTick(now + 1_000 * MILLI);
        assertThat(recorder.numbers).hasSameSizeAs(new HashSet<>(recorder.numbers));
    }

    private static boolean read(ByteBuffer rtcp) {
        assertThat(RtcpReader.read(rtcp, new RtcpHandler() {})).isTrue();
        return true;
    }

    /** Keeps the numbers under which packets were published. */
    private static final class Recorder implements Subscriber {
        private final List<String> numbers = new ArrayList<>();

        @Override
        public boolean offer(RelayPacket packet) {
            numbers.add(packet.ssrc() + " " + packet.rid() + " " + packet.extendedSequence());
            return true;
        }
    }
}
