package dev.weir.gateway.egress;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.gateway.ingest.Ingest;
import dev.weir.gateway.ingest.WallClock;
import dev.weir.gateway.metrics.Meters;
import dev.weir.gateway.relay.MediaRelay;
import dev.weir.gateway.relay.Publication;
import dev.weir.gateway.relay.RelayPacket;
import dev.weir.gateway.relay.RelayTrack;
import dev.weir.gateway.relay.Subscriber;
import dev.weir.webrtc.rtp.HeaderExtensionWriter;
import dev.weir.webrtc.rtp.RtpHeader;
import dev.weir.webrtc.sdp.CodecFormat;
import dev.weir.webrtc.sdp.ExtensionUri;
import dev.weir.webrtc.sdp.NegotiatedMedia;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** AV1 with two spatial layers on one SSRC, told by the dependency descriptor. */
class SpatialLayersTest {
    private static final int EXTENSION = 5;
    /** Structure of two templates, one for each spatial layer (AV1 RTP specification, appendix A.8.2). */
    private static final byte[] STRUCTURE = {(byte) 0x80, 0x01, (byte) 0xB0};

    private record Seen(int sequence, int mark, boolean marker) {}

    private final List<Seen> seen = new ArrayList<>();
    private final HeaderExtensionWriter extensions = new HeaderExtensionWriter();
    private final ByteBuffer buffer = ByteBuffer.allocate(200);
    private int sequence = 65_500;
    private int frame;

    private static NegotiatedMedia video(Map<String, Integer> extensionIds, int trackIndex) {
        return new NegotiatedMedia(
                "v",
                "video",
                false,
                Map.of(45, new CodecFormat("AV1", 90_000, 1, "")),
                Map.of(),
                extensionIds,
                List.of(),
                List.of(0x10L),
                Map.of(),
                Map.of(45, Set.of("nack", "nack pli")),
                trackIndex);
    }

    /** A packet whose payload tells its layer and part; {@code of} parts make the frame. */
    private void send(Ingest ingest, int picture, int layer, int part, int of) {
        boolean start = part == 0;
        boolean end = part == of - 1;
        boolean key = picture == 0 && layer == 0 && start;
        buffer.clear();
        RtpHeader.write(buffer, layer == 1 && end, 45, sequence++ & 0xFFFF, picture * 9_000L, 0x10);
        byte[] descriptor = new byte[3 + (key ? STRUCTURE.length : 0)];
        descriptor[0] = (byte) ((start ? 0x80 : 0) | (end ? 0x40 : 0) | layer);
        descriptor[1] = (byte) (frame >> 8);
        descriptor[2] = (byte) frame;
        if (key) {
            System.arraycopy(STRUCTURE, 0, descriptor, 3, STRUCTURE.length);
        }
        extensions.begin(buffer, false);
        extensions.add(EXTENSION, descriptor);
        extensions.end();
        // Aggregation header: Z but for the first part, Y but for the last, W = 1, N for the keyframe.
        buffer.put((byte) ((start ? 0 : 0x80) | (end ? 0 : 0x40) | 0x10 | (key ? 0x08 : 0)));
        buffer.put((byte) 0x30).put((byte) (picture * 16 + layer * 8 + part)).flip();
        ingest.onRtp(buffer, 1_000_000_000L + picture * 100_000_000L);
        frame += end ? 1 : 0;
    }

    @Test
    void theLowestLayerOfAv1GoesOutAsAStreamOfItsOwn() throws Exception {
        MediaRelay relay = new MediaRelay();
        Publication publication = relay.registerPublisher("a", () -> true);
        Ingest ingest = new Ingest(
                List.of(video(Map.of(ExtensionUri.DEPENDENCY_DESCRIPTOR, EXTENSION), -1)),
                publication,
                7,
                "c",
                new WallClock(0, 0),
                (rtcp, at) -> {},
                new Meters());
        ingest.onConnected();
        Egress egress = new Egress(
                List.of(video(Map.of(), 0)),
                publication.stream(),
                "c",
                new SplittableRandom(3),
                new Decoder(),
                new Meters());
        relay.addSubscriber("a", new Subscriber() {
            @Override
            public void onTracks(long epoch, List<RelayTrack> tracks) {
                egress.onTracks(tracks);
            }

            @Override
            public void onJoin(List<RelayPacket> sinceKeyframe) {
                egress.onJoin(sinceKeyframe, 1_000_000_000L);
            }

            @Override
            public boolean offer(RelayPacket packet) {
                egress.onPacket(packet, packet.arrivalNanos());
                return true;
            }
        });

        for (int picture = 0; picture < 5; picture++) {
            for (int part = 0; part < 2; part++) {
                send(ingest, picture, 0, part, 2);
            }
            for (int part = 0; part < 3; part++) {
                send(ingest, picture, 1, part, 3);
            }
        }

        assertThat(seen).hasSize(10);
        for (int i = 0; i < seen.size(); i++) {
            Seen packet = seen.get(i);
            assertThat(packet.mark).as("lowest layer").isEqualTo(i / 2 * 16 + i % 2);
            assertThat(packet.marker).as("its last packet ends the picture").isEqualTo(i % 2 == 1);
            assertThat(packet.sequence).isEqualTo(seen.get(0).sequence + i);
        }
    }

    private final class Decoder implements MediaSink {
        @Override
        public boolean sendRtp(ByteBuffer packet, long at) {
            ByteBuffer payload = RtpHeader.payload(packet);
            seen.add(new Seen(
                    RtpHeader.sequenceNumber(packet), payload.get(payload.position() + 2), RtpHeader.marker(packet)));
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
    }
}
