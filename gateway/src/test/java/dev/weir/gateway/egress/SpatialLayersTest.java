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
import dev.weir.webrtc.rtcp.RtcpWriter;
import dev.weir.webrtc.rtp.HeaderExtensionWriter;
import dev.weir.webrtc.rtp.HeaderExtensions;
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

    /** {@code frame} is the frame number of the dependency descriptor, -1 without. */
    private record Seen(int sequence, int mark, boolean marker, int frame) {}

    private static final int VIEWER_EXTENSION = 12;
    private static final int RTX_SSRC = 0x20;

    private final List<Seen> seen = new ArrayList<>();
    private final List<Integer> repairedFrames = new ArrayList<>();
    private final MediaRelay relay = new MediaRelay();
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
                trackIndex < 0 ? Map.of() : Map.of(46, 45),
                extensionIds,
                List.of(),
                List.of(0x10L),
                trackIndex < 0 ? Map.of() : Map.of((long) RTX_SSRC, 0x10L),
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

    private Ingest publish() throws Exception {
        Publication publication = relay.registerPublisher("a", () -> false);
        Ingest ingest = new Ingest(
                List.of(video(Map.of(ExtensionUri.DEPENDENCY_DESCRIPTOR, EXTENSION), -1)),
                publication,
                7,
                "c",
                new WallClock(0, 0),
                (rtcp, at) -> {},
                new Meters());
        ingest.onConnected();
        return ingest;
    }

    private Egress watch(Map<String, Integer> extensionIds) {
        Egress egress = new Egress(
                List.of(video(extensionIds, 0)),
                relay.find("a").orElseThrow(),
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
        return egress;
    }

    private void sendPictures(Ingest ingest) {
        for (int picture = 0; picture < 5; picture++) {
            for (int part = 0; part < 2; part++) {
                send(ingest, picture, 0, part, 2);
            }
            for (int part = 0; part < 3; part++) {
                send(ingest, picture, 1, part, 3);
            }
        }
    }

    @Test
    void aViewerThatKnowsDependencyDescriptorsGetsAllLayersWithFrameNumbersInOneRow() throws Exception {
        frame = 65_530;
        Ingest first = publish();
        Egress egress = watch(Map.of(ExtensionUri.DEPENDENCY_DESCRIPTOR, VIEWER_EXTENSION));
        sendPictures(first);
        frame = 7_000;
        sendPictures(publish());

        assertThat(seen).hasSize(50);
        int begin = seen.get(0).frame();
        assertThat(begin).isEqualTo(65_530);
        for (int i = 0; i < seen.size(); i++) {
            Seen packet = seen.get(i);
            int part = i % 5;
            int layer = part < 2 ? 0 : 1;
            assertThat(packet.mark()).isEqualTo(i / 5 % 5 * 16 + layer * 8 + (layer == 0 ? part : part - 2));
            assertThat(packet.marker())
                    .as("the last packet of the highest layer")
                    .isEqualTo(part == 4);
            assertThat(packet.sequence()).isEqualTo((seen.get(0).sequence() + i) & 0xFFFF);
            assertThat(packet.frame()).isEqualTo((begin + i / 5 * 2 + layer) & 0xFFFF);
        }

        ByteBuffer nack = ByteBuffer.allocate(100);
        RtcpWriter.nack(nack, 1, 0x10, new int[] {seen.get(49).sequence()}, 1);
        egress.onRtcp(nack.flip(), 20_000_000_000L);
        assertThat(repairedFrames).containsExactly(seen.get(49).frame());
    }

    @Test
    void aViewerMayAskForTheLowestLayerAlone() throws Exception {
        Ingest ingest = publish();
        Egress egress = watch(Map.of(ExtensionUri.DEPENDENCY_DESCRIPTOR, VIEWER_EXTENSION));
        assertThat(egress.chooseLayer("v", new LayerChoice("", 0, -1, -1, -1, 0, 0), 1_000_000_000L))
                .isTrue();
        sendPictures(ingest);

        assertThat(seen).hasSize(10);
        assertThat(seen).extracting(Seen::frame).containsExactly(0, 0, 2, 2, 4, 4, 6, 6, 8, 8);
        assertThat(seen).extracting(Seen::marker).containsSubsequence(false, true, false, true);
    }

    @Test
    void withoutThemTheLowestLayerOfAv1GoesOutAsAStreamOfItsOwn() throws Exception {
        Ingest ingest = publish();
        Egress unused = watch(Map.of());
        sendPictures(ingest);

        assertThat(seen).hasSize(10);
        for (int i = 0; i < seen.size(); i++) {
            Seen packet = seen.get(i);
            assertThat(packet.mark()).as("lowest layer").isEqualTo(i / 2 * 16 + i % 2);
            assertThat(packet.marker()).as("its last packet ends the picture").isEqualTo(i % 2 == 1);
            assertThat(packet.sequence()).isEqualTo(seen.get(0).sequence() + i);
        }
    }

    private final class Decoder implements MediaSink {
        @Override
        public boolean sendRtp(ByteBuffer packet, long at) {
            ByteBuffer payload = RtpHeader.payload(packet);
            int found = HeaderExtensions.find(packet, VIEWER_EXTENSION);
            int number =
                    found < 0 ? -1 : packet.getShort(packet.position() + HeaderExtensions.offset(found) + 1) & 0xFFFF;
            if (RtpHeader.ssrc(packet) == RTX_SSRC) {
                repairedFrames.add(number);
                return true;
            }
            seen.add(new Seen(
                    RtpHeader.sequenceNumber(packet),
                    payload.get(payload.position() + 2),
                    RtpHeader.marker(packet),
                    number));
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
