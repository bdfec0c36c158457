package dev.weir.gateway.ingest;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.gateway.metrics.Meter;
import dev.weir.gateway.metrics.Meters;
import dev.weir.gateway.relay.MediaRelay;
import dev.weir.gateway.relay.Publication;
import dev.weir.gateway.relay.RelayConfig;
import dev.weir.gateway.relay.RelayPacket;
import dev.weir.gateway.relay.RelayTrack;
import dev.weir.webrtc.rtp.RtpHeader;
import dev.weir.webrtc.sdp.CodecFormat;
import dev.weir.webrtc.sdp.NegotiatedMedia;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** A publisher that repeats each packet of sound in the next one (RFC 2198): viewers and log get plain Opus. */
class RedundantAudioTest {
    private static final int OPUS = 111;
    private static final int RED = 63;
    private static final int SSRC = 0x5000;
    private static final int FRAME_TICKS = 960;

    private final Meters meters = new Meters();
    private final List<RelayPacket> published = new ArrayList<>();
    private final ByteBuffer buffer = ByteBuffer.allocate(1_500);
    private List<RelayTrack> tracks = List.of();
    private long now = 1_000_000_000;

    private Ingest ingest() throws Exception {
        Map<Integer, CodecFormat> types = new LinkedHashMap<>();
        types.put(RED, new CodecFormat("red", 48_000, 2, "111/111"));
        types.put(OPUS, new CodecFormat("opus", 48_000, 2, ""));
        NegotiatedMedia audio = new NegotiatedMedia(
                "0", "audio", false, types, Map.of(), Map.of(), List.of(), List.of(), Map.of(), Map.of(), -1);
        MediaRelay relay = new MediaRelay(RelayConfig.DEFAULT, List.of(stream -> packet -> {
            published.add(packet);
            return true;
        }));
        Publication publication = relay.registerPublisher("a", () -> true);
        Ingest ingest =
                new Ingest(List.of(audio), publication, 7, "c", new WallClock(now, 0), (rtcp, at) -> {}, meters);
        ingest.onConnected();
        tracks = publication.stream().tracks();
        return ingest;
    }

    private static byte[] sound(int index) {
        byte[] payload = new byte[20 + index % 50];
        new SplittableRandom(index).nextBytes(payload);
        return payload;
    }

    /** The header of a block that repeats a packet. */
    private static int block(int level, int length) {
        return ((0x80 | OPUS) << 24) | ((level * FRAME_TICKS) << 10) | length;
    }

    /** The packet {@code index} with the {@code levels} packets before it. */
    private ByteBuffer redundant(int index, int levels) {
        buffer.clear();
        RtpHeader.write(buffer, false, RED, index & 0xFFFF, (long) index * FRAME_TICKS, SSRC);
        for (int level = levels; level > 0; level--) {
            buffer.putInt(block(level, sound(index - level).length));
        }
        buffer.put((byte) OPUS);
        for (int level = levels; level >= 0; level--) {
            buffer.put(sound(index - level));
        }
        return buffer.flip();
    }

    private ByteBuffer plain(int index) {
        buffer.clear();
        RtpHeader.write(buffer, false, OPUS, index & 0xFFFF, (long) index * FRAME_TICKS, SSRC);
        return buffer.put(sound(index)).flip();
    }

    private void assertPlain(RelayPacket packet, int index) {
        assertThat(packet.payloadType()).isEqualTo(OPUS);
        assertThat(packet.sequenceNumber()).isEqualTo(index & 0xFFFF);
        assertThat(packet.timestamp()).isEqualTo((long) index * FRAME_TICKS);
        assertThat(packet.payload()).isEqualTo(ByteBuffer.wrap(sound(index)));
    }

    @Test
    void whatTheNextPacketRepeatsIsRestoredAndNothingComesTwice() throws Exception {
        for (int levels = 1; levels <= 2; levels++) {
            published.clear();
            Ingest ingest = ingest();
            SplittableRandom random = new SplittableRandom(levels);
            TreeMap<Integer, Boolean> arrived = new TreeMap<>();
            int first = 65_000;
            int last = first + 2_000;
            for (int i = first; i <= last; i++) {
                now += 20_000_000;
                boolean lost = i > first && i < last && random.nextInt(5) == 0;
                arrived.put(i, !lost);
                if (!lost) {
                    ingest.onRtp(redundant(i, levels), now);
                    if (random.nextInt(20) == 0) {
                        ingest.onRtp(redundant(i, levels), now);
                    }
                }
            }

            TreeMap<Long, RelayPacket> bySequence = new TreeMap<>();
            for (RelayPacket packet : published) {
                assertThat(bySequence.put(packet.extendedSequence(), packet))
                        .as("twice")
                        .isNull();
            }
            long base = bySequence.firstKey();
            for (int i = first; i <= last; i++) {
                boolean comes = arrived.getOrDefault(i, false);
                for (int level = 1; level <= levels; level++) {
                    comes |= arrived.getOrDefault(i + level, false);
                }
                RelayPacket packet = bySequence.get(base + i - first);
                assertThat(packet != null).as("%d of %d levels", i, levels).isEqualTo(comes);
                if (packet != null) {
                    assertPlain(packet, i);
                }
            }
            assertThat(arrived.values()).contains(false);
        }
        assertThat(tracks).extracting(track -> track.format().encodingName()).containsExactly("opus");
    }

    @Test
    void aPublisherMayChangeBetweenPlainAndRedundant() throws Exception {
        Ingest ingest = ingest();
        ingest.onRtp(plain(10), now);
        ingest.onRtp(redundant(12, 1), now);
        ingest.onRtp(plain(11), now); // Late, and restored already.
        ingest.onRtp(plain(13), now);
        ingest.onRtp(plain(15), now);
        ingest.onRtp(redundant(14, 1), now);

        int[] order = {10, 12, 11, 13, 15, 14};
        assertThat(published).hasSize(order.length);
        for (int i = 0; i < order.length; i++) {
            assertPlain(published.get(i), order[i]);
        }
        assertThat(meters.count(Meter.RTP_PACKETS_RECOVERED)).isEqualTo(1);
        assertThat(meters.count(Meter.RTP_PACKETS_DUPLICATE)).isEqualTo(1);
    }

    @Test
    void aRepetitionOfAnotherDistanceIsNotTakenForTheMissingPacket() throws Exception {
        Ingest ingest = ingest();
        ingest.onRtp(plain(10), now);
        buffer.clear();
        RtpHeader.write(buffer, false, RED, 12, 12 * FRAME_TICKS, SSRC);
        buffer.putInt(block(2, 1)).put((byte) OPUS);
        ingest.onRtp(buffer.put((byte) 1).put((byte) 2).flip(), now);

        assertThat(published).extracting(RelayPacket::sequenceNumber).containsExactly(10, 12);
    }

    @Test
    void malformedBlocksAndOtherCodecsInThemAreCounted() throws Exception {
        Ingest ingest = ingest();
        ingest.onRtp(plain(10), now);
        for (byte[] payload : new byte[][] {{}, {(byte) 0xEF, 0}, {(byte) 0xEF, 0, 0, 9, 0x6F, 1}, {0x60, 1, 2}}) {
            buffer.clear();
            RtpHeader.write(buffer, false, RED, 11, 11 * FRAME_TICKS, SSRC);
            ingest.onRtp(buffer.put(payload).flip(), now);
        }

        assertThat(published).hasSize(1);
        assertThat(meters.count(Meter.RTP_PACKETS_UNKNOWN)).isEqualTo(4);
    }
}
