package dev.weir.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import dev.weir.gateway.egress.Egress;
import dev.weir.gateway.egress.MediaSink;
import dev.weir.gateway.egress.ViewerFeed;
import dev.weir.gateway.egress.ViewerSubscriber;
import dev.weir.gateway.ingest.Ingest;
import dev.weir.gateway.ingest.WallClock;
import dev.weir.gateway.metrics.Meters;
import dev.weir.gateway.relay.MediaRelay;
import dev.weir.gateway.relay.Publication;
import dev.weir.gateway.simulation.VirtualLoop;
import dev.weir.gateway.simulation.VirtualTime;
import dev.weir.webrtc.rtp.RtpHeader;
import dev.weir.webrtc.sdp.CodecFormat;
import dev.weir.webrtc.sdp.NegotiatedMedia;
import dev.weir.webrtc.srtp.SrtpCiphers;
import dev.weir.webrtc.srtp.SrtpProfile;
import dev.weir.webrtc.srtp.SrtpProtector;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

/**
 * From a decrypted packet to what every viewer's socket would be given, on one loop: the packet and its bytes are all that is
 * allocated, whatever the number of viewers. Sockets are measured where they live.
 */
class HotPathAllocationTest {
    private static final int PAYLOAD = 1_100;
    private static final int WARM_UP = 30_000;
    private static final int MEASURED = 20_000;
    /** Object headers of the packet and of its array, and the packet's fields. */
    private static final int PACKET_OVERHEAD = 150;

    @Test
    void aPacketCostsItselfAndAViewerNothing() throws Exception {
        double alone = bytesPerPacket(0);
        double watched = bytesPerPacket(50);

        assertThat(alone).isBetween((double) PAYLOAD, (double) PAYLOAD + PACKET_OVERHEAD);
        assertThat(watched - alone).as("bytes per packet for 50 viewers").isLessThan(50 * 0.5);
    }

    @Test
    void whatOneTurnReadGoesOutViewerByViewer() throws Exception {
        MediaRelay relay = new MediaRelay();
        Publication publication = relay.registerPublisher("a", () -> true);
        Meters meters = new Meters();
        Ingest ingest =
                new Ingest(List.of(video(-1)), publication, 1, "c", new WallClock(0, 0), (rtcp, now) -> {}, meters);
        ingest.onConnected();
        Set<Runnable> turnEnds = new LinkedHashSet<>();
        VirtualLoop loop = new VirtualLoop(new VirtualTime(), task -> () -> turnEnds.add(task));
        StringBuilder sent = new StringBuilder();
        for (char viewer = 'a'; viewer <= 'c'; viewer++) {
            char name = viewer;
            Egress egress = new Egress(
                    List.of(video(0)),
                    publication.stream(),
                    "c",
                    new SplittableRandom(viewer),
                    new Sink(packet -> sent.append(name)),
                    meters);
            relay.addSubscriber(
                    "a", new ViewerSubscriber(egress, ViewerFeed.of(publication.stream(), loop, meters), loop));
        }

        feed(ingest, ByteBuffer.allocate(1_500), 0, 4);
        assertThat(sent).isEmpty();
        turnEnds.forEach(Runnable::run);

        // So each viewer's four packets, being of one size, are one train.
        assertThat(sent).hasToString("aaaabbbbcccc");
    }

    private static double bytesPerPacket(int viewers) throws Exception {
        MediaRelay relay = new MediaRelay();
        Publication publication = relay.registerPublisher("a", () -> true);
        Meters meters = new Meters();
        Ingest ingest =
                new Ingest(List.of(video(-1)), publication, 1, "c", new WallClock(0, 0), (rtcp, now) -> {}, meters);
        ingest.onConnected();
        VirtualLoop loop = new VirtualLoop(new VirtualTime());
        for (int i = 0; i < viewers; i++) {
            Egress egress = new Egress(
                    List.of(video(0)),
                    publication.stream(),
                    "c",
                    new SplittableRandom(i),
                    new Sink(packet -> {}),
                    meters);
            relay.addSubscriber(
                    "a", new ViewerSubscriber(egress, ViewerFeed.of(publication.stream(), loop, meters), loop));
        }
        ByteBuffer packet = ByteBuffer.allocate(1_500);
        feed(ingest, packet, 0, WARM_UP);
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        long before = threads.getThreadAllocatedBytes(Thread.currentThread().getId());
        feed(ingest, packet, WARM_UP, MEASURED);
        long after = threads.getThreadAllocatedBytes(Thread.currentThread().getId());
        return (after - before) / (double) MEASURED;
    }

    private static void feed(Ingest ingest, ByteBuffer packet, int first, int count) {
        for (int i = first; i < first + count; i++) {
            packet.clear();
            RtpHeader.write(packet, true, 96, i & 0xFFFF, i * 90L, 0x1000);
            packet.put((byte) 0x10).put((byte) (i % 100 == 0 ? 0x10 : 0x11));
            packet.put((byte) 0).put((byte) 0).put((byte) 0x9d).put((byte) 1).put((byte) 0x2a);
            packet.position(RtpHeader.FIXED_LENGTH + PAYLOAD).flip();
            ingest.onRtp(packet, i * 1_000_000L);
        }
    }

    private static NegotiatedMedia video(int trackIndex) {
        return new NegotiatedMedia(
                "0",
                "video",
                false,
                Map.of(96, new CodecFormat("VP8", 90_000, 1, "")),
                Map.of(97, 96),
                Map.of(),
                List.of(),
                List.of(0x1000L),
                Map.of(0x1001L, 0x1000L),
                Map.of(96, Set.of("nack", "nack pli")),
                trackIndex);
    }

    private static final class Sink implements MediaSink {
        private final Consumer<ByteBuffer> listener;
        private final SrtpProtector protector =
                new SrtpProtector(SrtpProfile.AEAD_AES_128_GCM, new byte[16], new byte[12], SrtpCiphers.INTRINSIC);

        Sink(Consumer<ByteBuffer> listener) {
            this.listener = listener;
        }

        @Override
        public boolean sendRtp(ByteBuffer packet, long nowNanos) {
            listener.accept(packet);
            return protector.protectRtp(packet) > 0;
        }

        @Override
        public boolean resendRtp(ByteBuffer protectedPacket, long nowNanos) {
            return true;
        }

        @Override
        public boolean sendRtcp(ByteBuffer compound, long nowNanos) {
            return true;
        }
    }
}
