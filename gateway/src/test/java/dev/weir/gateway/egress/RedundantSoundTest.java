package dev.weir.gateway.egress;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.gateway.metrics.Meters;
import dev.weir.gateway.relay.MediaRelay;
import dev.weir.gateway.relay.RelayPacket;
import dev.weir.gateway.relay.RelayTrack;
import dev.weir.webrtc.codec.RedPayload;
import dev.weir.webrtc.rtp.MediaKind;
import dev.weir.webrtc.rtp.RtpHeader;
import dev.weir.webrtc.sdp.CodecFormat;
import dev.weir.webrtc.sdp.NegotiatedMedia;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.SplittableRandom;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A viewer that asked for redundant sound gets each packet again in the next ones (RFC 2198). */
class RedundantSoundTest {
    private static final CodecFormat OPUS = new CodecFormat("opus", 48_000, 2, "");
    private static final CodecFormat PCMU = new CodecFormat("PCMU", 8_000, 1, "");
    private static final int TICKS = 960;
    private static final long FRAME_NANOS = 20_000_000;

    private final MediaRelay relay = new MediaRelay();
    /** Payload type, then everything behind the RTP header; by sequence number, so far as it arrived. */
    private final TreeMap<Integer, ByteBuffer> arrived = new TreeMap<>();

    private final List<Integer> payloadTypes = new ArrayList<>();
    private int lossEvery = Integer.MAX_VALUE;
    private int sent;
    private long nowNanos = 1_000_000_000;

    private Egress egress(String blocks) throws Exception {
        Map<Integer, CodecFormat> types = new LinkedHashMap<>();
        types.put(111, OPUS);
        types.put(63, new CodecFormat("red", 48_000, 2, blocks));
        types.put(0, PCMU);
        NegotiatedMedia audio = new NegotiatedMedia(
                "0", "audio", false, types, Map.of(), Map.of(), List.of(), List.of(0xB0L), Map.of(), Map.of(), 0);
        Egress egress = new Egress(
                List.of(audio),
                relay.registerPublisher("a", () -> true).stream(),
                "c",
                new SplittableRandom(1),
                new Wires(),
                new Meters());
        egress.onTracks(List.of(track(OPUS)));
        egress.onJoin(List.of(), nowNanos);
        return egress;
    }

    private static RelayTrack track(CodecFormat format) {
        return new RelayTrack(0, "audio", MediaKind.AUDIO, format, List.of());
    }

    private final class Wires implements MediaSink {
        @Override
        public boolean sendRtp(ByteBuffer packet, long at) {
            payloadTypes.add(RtpHeader.payloadType(packet));
            if (++sent % lossEvery != 0) {
                ByteBuffer copy = ByteBuffer.allocate(packet.remaining());
                arrived.put(
                        RtpHeader.sequenceNumber(packet),
                        copy.put(packet.duplicate()).flip());
            }
            return true;
        }

        @Override
        public boolean resendRtp(ByteBuffer protectedPacket, long at) {
            return true;
        }

        @Override
        public boolean sendRtcp(ByteBuffer compound, long at) {
            return true;
        }
    }

    private static byte[] sound(int index) {
        byte[] payload = new byte[40 + index % 50];
        new SplittableRandom(index).nextBytes(payload);
        return payload;
    }

    private void send(Egress egress, int index, byte[] payload) {
        nowNanos += FRAME_NANOS;
        egress.onPacket(
                RelayPacket.builder(MediaKind.AUDIO)
                        .trackIndex(0)
                        .extendedSequence(100 + index)
                        .extendedTimestamp((long) index * TICKS)
                        .arrival(nowNanos, nowNanos / 1_000)
                        .payload(payload)
                        .build(),
                nowNanos);
    }

    /** Returns the sound by its time, put together from primary blocks and repetitions. */
    private SortedMap<Long, ByteBuffer> heard() {
        TreeMap<Long, ByteBuffer> heard = new TreeMap<>();
        RedPayload blocks = new RedPayload();
        for (ByteBuffer packet : arrived.values()) {
            int start = RtpHeader.headerLength(packet);
            assertThat(blocks.read(packet, start, packet.limit() - start)).isTrue();
            for (int i = 0; i <= blocks.primary(); i++) {
                assertThat(blocks.payloadType(i)).isEqualTo(111);
                long time = RtpHeader.timestamp(packet) - blocks.timestampOffset(i);
                ByteBuffer sound = packet.slice(blocks.start(i), blocks.length(i));
                ByteBuffer former = heard.put(time, sound);
                assertThat(former == null || former.equals(sound)).isTrue();
            }
        }
        return heard;
    }

    @ParameterizedTest
    @CsvSource({"111/111, 2", "111/111/111, 3", "111/111/111/111/111, 3"})
    void whatIsLostComesWithTheNextPacket(String blocks, int copies) throws Exception {
        Egress egress = egress(blocks);
        lossEvery = 3;
        for (int i = 0; i < 100; i++) {
            send(egress, i, sound(i));
        }

        SortedMap<Long, ByteBuffer> heard = heard();
        assertThat(payloadTypes).containsOnly(63);
        assertThat(heard).hasSize(100);
        long first = heard.firstKey();
        for (int i = 0; i < 100; i++) {
            assertThat(heard.get(first + (long) i * TICKS)).isEqualTo(ByteBuffer.wrap(sound(i)));
        }
        int last = arrived.lastEntry().getValue().remaining();
        assertThat(last).as("of the last packet, with its repetitions").isBetween(copies * 50, copies * 110);
        assertThat(egress.bytesSent()).isGreaterThan(100L * 40 * copies);
    }

    @Test
    void onlyWhatFitsIsRepeatedAndNothingOverAHoleOrASilence() throws Exception {
        Egress egress = egress("111/111/111");
        send(egress, 0, sound(0));
        send(egress, 1, new byte[1_020]);
        send(egress, 2, sound(2));
        send(egress, 4, sound(4));
        send(egress, 40, sound(40));

        RedPayload blocks = new RedPayload();
        List<Integer> repetitions = new ArrayList<>();
        for (ByteBuffer packet : arrived.values()) {
            int start = RtpHeader.headerLength(packet);
            assertThat(packet.remaining()).isLessThan(1_200);
            assertThat(blocks.read(packet, start, packet.limit() - start)).isTrue();
            repetitions.add(blocks.primary());
        }
        assertThat(repetitions).containsExactly(0, 1, 1, 0, 0);
    }

    @Test
    void aPublisherThatReturnsWithAnotherCodecIsSentPlain() throws Exception {
        Egress egress = egress("111/111");
        send(egress, 0, sound(0));
        egress.onTracks(List.of(track(PCMU)));
        send(egress, 1, sound(1));
        egress.onTracks(List.of(track(OPUS)));
        send(egress, 2, sound(2));

        assertThat(payloadTypes).containsExactly(63, 0, 63);
        ByteBuffer last = arrived.lastEntry().getValue();
        assertThat(last.get(RtpHeader.headerLength(last)))
                .as("no repetition of what was no Opus")
                .isEqualTo((byte) 111);
    }
}
