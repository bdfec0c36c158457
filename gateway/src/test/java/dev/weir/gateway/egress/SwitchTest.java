package dev.weir.gateway.egress;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.gateway.metrics.Meters;
import dev.weir.gateway.relay.MediaRelay;
import dev.weir.gateway.relay.Publication;
import dev.weir.gateway.relay.Publisher;
import dev.weir.gateway.relay.RelayPacket;
import dev.weir.gateway.relay.RelayTrack;
import dev.weir.gateway.simulation.ViewerLines;
import dev.weir.webrtc.codec.Codec;
import dev.weir.webrtc.codec.PictureInfo;
import dev.weir.webrtc.rtp.MediaKind;
import dev.weir.webrtc.rtp.RtpHeader;
import dev.weir.webrtc.sdp.CodecFormat;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Changes of layers as a decoder sees them: numbers in one row, and no picture without those that it is made from. */
class SwitchTest {
    private static final long MILLI = 1_000_000;
    private static final CodecFormat VP8 = new CodecFormat("VP8", 90_000, 1, "");
    private static final int[] TEMPORAL = {0, 2, 1, 2};

    private record Seen(
            int sequence, long timestamp, int pictureId, int tl0, int temporal, boolean key, boolean marker) {}

    private final List<Seen> seen = new ArrayList<>();
    private final MediaRelay relay = new MediaRelay();
    private final Set<String> wanted = new HashSet<>();
    private final Publication publication = publish();
    private final Egress egress = new Egress(
            List.of(ViewerLines.video("v", VP8)),
            publication.stream(),
            "c",
            new SplittableRandom(3),
            new Decoder(),
            new Meters());
    private final Map<String, int[]> layers = new HashMap<>();
    private long nowNanos = 50_000 * MILLI;
    private int picture;

    private Publication publish() {
        try {
            return relay.registerPublisher("a", new Publisher() {
                @Override
                public boolean isAlive() {
                    return true;
                }

                @Override
                public void requestKeyframe(int trackIndex, String rid) {
                    wanted.add(rid);
                }
            });
        } catch (dev.weir.gateway.relay.AlreadyPublishedException e) {
            throw new IllegalStateException(e);
        }
    }

    private final class Decoder implements MediaSink {
        @Override
        public boolean sendRtp(ByteBuffer packet, long at) {
            int start = packet.position() + RtpHeader.headerLength(packet);
            ByteBuffer payload = packet.slice(start, RtpHeader.payloadLength(packet));
            if (payload.hasRemaining()) {
                long info = PictureInfo.of(Codec.VP8, payload);
                seen.add(new Seen(
                        RtpHeader.sequenceNumber(packet),
                        RtpHeader.timestamp(packet),
                        PictureInfo.pictureId(info),
                        PictureInfo.tl0(info),
                        PictureInfo.temporalLayer(info),
                        (payload.get(6) & 1) == 0,
                        RtpHeader.marker(packet)));
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

    /** One picture of each layer, of two packets; a keyframe where one was asked for. */
    private void pictures(String... rids) {
        nowNanos += 33 * MILLI;
        for (String rid : rids) {
            // Sequence, picture id, TL0PICIDX, place in the pattern; every layer starts elsewhere.
            int[] state =
                    layers.computeIfAbsent(rid, key -> new int[] {
                        0xFFF0 + key.hashCode() % 7, 0x7FF0 + key.hashCode() % 11, 250 + key.hashCode() % 5, -1
                    });
            boolean key = wanted.remove(rid) || state[3] < 0;
            state[3] = key ? 0 : state[3] + 1;
            int temporal = TEMPORAL[state[3] % 4];
            state[1]++;
            state[2] += temporal == 0 ? 1 : 0;
            for (int part = 0; part < 2; part++) {
                state[0]++;
                ByteBuffer payload = ByteBuffer.allocate(rid.equals("hi") ? 1_000 : 300);
                payload.put((byte) (0x80 | (part == 0 ? 0x10 : 0))).put((byte) 0xE0);
                payload.putShort((short) (0x8000 | (state[1] & 0x7FFF))).put((byte) state[2]);
                // A picture of an upper layer refers to the base picture only: it may always be taken up.
                payload.put((byte) (temporal << 6 | (temporal > 0 ? 0x20 : 0))).put((byte) (key ? 0 : 1));
                payload.rewind();
                RelayPacket packet = RelayPacket.builder(MediaKind.VIDEO)
                        .rid(rid)
                        .ssrc(rid.hashCode())
                        .extendedSequence(state[0])
                        .extendedTimestamp(1_000_000L * rid.hashCode() + picture * 2_970L)
                        .keyframeStart(key && part == 0)
                        .marker(part == 1)
                        .arrival(nowNanos, nowNanos / 1000)
                        .picture(PictureInfo.of(Codec.VP8, payload))
                        .epoch(publication.epoch())
                        .payload(payload)
                        .build();
                publication.publish(packet);
                egress.onPacket(packet, nowNanos);
            }
        }
        picture++;
        if (picture % 3 == 0) {
            egress.onTick(nowNanos, nowNanos / 1000);
        }
        while (egress.wantsPacing()) {
            nowNanos += Egress.PACE_NANOS;
            egress.onPace(nowNanos);
        }
    }

    private void start(String... rids) {
        List<RelayTrack> tracks = List.of(new RelayTrack(0, "video", MediaKind.VIDEO, VP8, List.of(rids)));
        publication.announce(tracks);
        egress.onTracks(tracks);
        egress.onJoin(List.of(), nowNanos);
    }

    private void assertOneRow() {
        for (int i = 1; i < seen.size(); i++) {
            Seen before = seen.get(i - 1);
            Seen now = seen.get(i);
            assertThat((now.sequence - before.sequence) & 0xFFFF)
                    .as("sequence %d", i)
                    .isEqualTo(1);
            int steps = (now.pictureId - before.pictureId) & 0x7FFF;
            assertThat(steps).as("picture id %d: %s %s", i, before, now).isEqualTo(before.marker ? 1 : 0);
            int tl0 = (now.tl0 - before.tl0) & 0xFF;
            assertThat(tl0).as("tl0 %d", i).isEqualTo(before.marker && now.temporal == 0 ? 1 : 0);
            assertThat(now.timestamp - before.timestamp).as("timestamp %d", i).isBetween(0L, 90_000L);
        }
    }

    @Test
    void aHundredForcedChangesKeepEveryNumberInOneRow() {
        start("lo", "hi");
        int changes = 0;
        String shown = "";
        for (int i = 0; i < 100; i++) {
            String rid = i % 2 == 0 ? "lo" : "hi";
            assertThat(egress.chooseLayer("v", LayerChoice.ofRid(rid), nowNanos))
                    .isTrue();
            for (int k = 0; k < 7; k++) {
                pictures("lo", "hi");
            }
            String now = egress.layers().get(0);
            assertThat(now).as("change %d", i).isEqualTo(rid);
            changes += now.equals(shown) ? 0 : 1;
            shown = now;
        }
        assertThat(changes).isEqualTo(100);
        assertThat(seen.stream().filter(Seen::key).count()).isGreaterThanOrEqualTo(100);
        assertOneRow();
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1})
    void aLimitOfTemporalLayersLeavesNoTraceAndCanBeTakenBack(int limit) {
        start();
        for (int i = 0; i < 40; i++) {
            pictures("");
        }
        seen.clear();
        assertThat(egress.chooseLayer("v", new LayerChoice("", -1, limit, -1, -1, 0, 0), nowNanos))
                .isTrue();
        for (int i = 0; i < 40; i++) {
            pictures("");
        }
        assertThat(seen.stream().skip(8)).allMatch(packet -> packet.temporal <= limit);
        assertThat(seen.size()).isBetween(limit == 0 ? 18 : 38, limit == 0 ? 30 : 50);
        assertOneRow();

        assertThat(egress.chooseLayer("v", LayerChoice.AUTO, nowNanos)).isTrue();
        for (int i = 0; i < 12; i++) {
            pictures("");
        }
        assertThat(seen.get(seen.size() - 1).temporal + seen.get(seen.size() - 3).temporal)
                .isPositive();
        assertOneRow();
    }

    @Test
    void anUnknownSectionIsNoVideo() {
        start("lo", "hi");
        assertThat(egress.chooseLayer("x", LayerChoice.ofRid("lo"), nowNanos)).isFalse();
    }
}
