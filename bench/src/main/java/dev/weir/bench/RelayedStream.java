package dev.weir.bench;

import dev.weir.gateway.egress.Egress;
import dev.weir.gateway.egress.MediaSink;
import dev.weir.gateway.egress.ViewerSubscriber;
import dev.weir.gateway.metrics.Meters;
import dev.weir.gateway.relay.AlreadyPublishedException;
import dev.weir.gateway.relay.MediaRelay;
import dev.weir.gateway.relay.Publication;
import dev.weir.gateway.relay.RelayPacket;
import dev.weir.gateway.relay.RelayTrack;
import dev.weir.webrtc.rtp.MediaKind;
import dev.weir.webrtc.sdp.CodecFormat;
import dev.weir.webrtc.sdp.NegotiatedMedia;
import dev.weir.webrtc.srtp.SrtpProfile;
import dev.weir.webrtc.srtp.SrtpProtector;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.function.BiConsumer;

/**
 * A stream with viewers in memory: everything between a packet that came and the one that a socket is given, with the
 * numbering, history, pace and statistics that the gateway keeps. Pictures of {@code packets} packets, each read in one turn.
 */
final class RelayedStream {
    private static final int KEYFRAME_PICTURES = 60;
    private static final long PICTURE_NANOS = 33_000_000;

    private final MediaRelay relay = new MediaRelay();
    private final ArrayDeque<Runnable> turnEnds = new ArrayDeque<>();
    private final byte[] payload;
    private long sequence;
    private long pictures;
    private long nowNanos;

    /** {@code out} gets the number of the viewer and its protected packet. */
    RelayedStream(int viewers, int payloadLength, BiConsumer<Integer, ByteBuffer> out) {
        payload = new byte[payloadLength];
        CodecFormat vp8 = new CodecFormat("VP8", 90_000, 1, "");
        Publication publication;
        try {
            publication = relay.registerPublisher("a", () -> true);
        } catch (AlreadyPublishedException e) {
            throw new IllegalStateException(e);
        }
        publication.announce(List.of(new RelayTrack(0, "0", MediaKind.VIDEO, vp8, List.of())));
        NegotiatedMedia media = new NegotiatedMedia(
                "0",
                "video",
                false,
                Map.of(96, vp8),
                Map.of(97, 96),
                Map.of(),
                List.of(),
                List.of(0x1000L),
                Map.of(0x1001L, 0x1000L),
                Map.of(96, Set.of("nack")),
                0);
        Meters meters = new Meters();
        for (int i = 0; i < viewers; i++) {
            Egress egress = new Egress(
                    List.of(media), publication.stream(), "c", new SplittableRandom(i), new Sink(i, out), meters);
            relay.addSubscriber("a", new ViewerSubscriber(egress, new Turn(), meters));
        }
    }

    /** Publishes a picture and serves the viewers one by one. */
    void turn(int packets) {
        boolean key = pictures++ % KEYFRAME_PICTURES == 0;
        nowNanos += PICTURE_NANOS;
        for (int i = 0; i < packets; i++) {
            int reached = relay.publish(
                    "a",
                    RelayPacket.builder(MediaKind.VIDEO)
                            .payloadType(96)
                            .extendedSequence(sequence++)
                            .extendedTimestamp(pictures * 3_000)
                            .keyframeStart(key && i == 0)
                            .marker(i == packets - 1)
                            .arrival(nowNanos, nowNanos / 1_000)
                            .epoch(1)
                            .payload(payload)
                            .build());
            if (reached == 0) {
                throw new IllegalStateException("no viewer took it");
            }
        }
        while (!turnEnds.isEmpty()) {
            turnEnds.remove().run();
        }
    }

    private static final class Sink implements MediaSink {
        private final Integer viewer;
        private final BiConsumer<Integer, ByteBuffer> out;
        private final SrtpProtector protector;

        Sink(int viewer, BiConsumer<Integer, ByteBuffer> out) {
            this.viewer = viewer;
            this.out = out;
            SrtpProfile profile = SrtpProfile.AEAD_AES_128_GCM;
            byte[] key = new byte[profile.keyLength()];
            key[0] = (byte) viewer;
            protector = new SrtpProtector(profile, key, new byte[profile.saltLength()]);
        }

        @Override
        public boolean sendRtp(ByteBuffer packet, long nowNanos) {
            if (protector.protectRtp(packet) < 0) {
                return false;
            }
            out.accept(viewer, packet);
            return true;
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

    private final class Turn implements ViewerSubscriber.Home {
        @Override
        public boolean inLoop() {
            return true;
        }

        @Override
        public void execute(Runnable task) {
            task.run();
        }

        @Override
        public Runnable turnEnd(Runnable task) {
            boolean[] wanted = new boolean[1];
            Runnable end = () -> {
                wanted[0] = false;
                task.run();
            };
            return () -> {
                if (!wanted[0]) {
                    wanted[0] = true;
                    turnEnds.add(end);
                }
            };
        }

        @Override
        public long nowNanos() {
            return nowNanos;
        }

        @Override
        public void paceWanted() {}
    }
}
