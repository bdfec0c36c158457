package dev.weir.bench;

import dev.weir.gateway.egress.Egress;
import dev.weir.gateway.egress.MediaSink;
import dev.weir.gateway.egress.ViewerFeed;
import dev.weir.gateway.egress.ViewerSubscriber;
import dev.weir.gateway.metrics.Meters;
import dev.weir.gateway.relay.AlreadyPublishedException;
import dev.weir.gateway.relay.MediaRelay;
import dev.weir.gateway.relay.Publication;
import dev.weir.gateway.relay.RelayPacket;
import dev.weir.gateway.relay.RelayTrack;
import dev.weir.webrtc.net.TurnLoop;
import dev.weir.webrtc.net.TurnTask;
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
import java.util.function.IntFunction;

/**
 * A stream with viewers in memory: everything between a packet that came and the one that a socket is given, with the
 * numbering, history, pace and statistics that the gateway keeps. A turn reads a picture or a packet of sound.
 */
final class RelayedStream {
    private static final int KEYFRAME_PICTURES = 60;
    private static final long PICTURE_NANOS = 33_000_000;
    private static final int SOUND_BYTES = 160;
    private static final long SOUND_NANOS = 1_000_000;

    private final MediaRelay relay = new MediaRelay();
    private final ArrayDeque<TurnTask> turnEnds = new ArrayDeque<>();
    private final byte[] shorter;
    private final byte[] longer;
    private final byte[] sound = new byte[SOUND_BYTES];
    private long sequence;
    private long soundSequence;
    private long pictures;
    private long nowNanos;

    /** {@code sinkOf} gives the viewer of a number what its packets go to. */
    RelayedStream(int viewers, int payloadLength, IntFunction<MediaSink> sinkOf) {
        shorter = new byte[payloadLength];
        longer = new byte[payloadLength + 1];
        CodecFormat vp8 = new CodecFormat("VP8", 90_000, 1, "");
        Publication publication;
        try {
            publication = relay.registerPublisher("a", () -> true);
        } catch (AlreadyPublishedException e) {
            throw new IllegalStateException(e);
        }
        CodecFormat opus = new CodecFormat("opus", 48_000, 2, "");
        publication.announce(List.of(
                new RelayTrack(0, "0", MediaKind.VIDEO, vp8, List.of()),
                new RelayTrack(1, "1", MediaKind.AUDIO, opus, List.of())));
        List<NegotiatedMedia> media = List.of(
                new NegotiatedMedia(
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
                        0),
                new NegotiatedMedia(
                        "1",
                        "audio",
                        false,
                        Map.of(111, opus),
                        Map.of(),
                        Map.of(),
                        List.of(),
                        List.of(0x2000L),
                        Map.of(),
                        Map.of(),
                        1));
        Meters meters = new Meters();
        Turns loop = new Turns();
        ViewerFeed feed = ViewerFeed.of(publication.stream(), loop, meters);
        for (int i = 0; i < viewers; i++) {
            Egress egress =
                    new Egress(media, publication.stream(), "c", new SplittableRandom(i), sinkOf.apply(i), meters);
            relay.addSubscriber("a", new ViewerSubscriber(egress, feed, loop));
        }
    }

    /** Returns sinks that protect, each with a key of its own; {@code out} gets the number of the viewer and the packet. */
    static IntFunction<MediaSink> protecting(BiConsumer<Integer, ByteBuffer> out) {
        ByteBuffer packetBuffer = ByteBuffer.allocate(2_048);
        return viewer -> new Sink(viewer, packetBuffer, out);
    }

    /**
     * Publishes a picture, of which the last {@code longerOnes} packets are a byte longer, and serves viewer by viewer.
     *
     * @return how many viewers its packets reached, in all
     */
    int picture(int packets, int longerOnes) {
        boolean key = pictures++ % KEYFRAME_PICTURES == 0;
        nowNanos += PICTURE_NANOS;
        int reached = 0;
        for (int i = 0; i < packets; i++) {
            reached += publish(RelayPacket.builder(MediaKind.VIDEO)
                    .payloadType(96)
                    .extendedSequence(sequence++)
                    .extendedTimestamp(pictures * 3_000)
                    .keyframeStart(key && i == 0)
                    .marker(i == packets - 1)
                    .payload(i < packets - longerOnes ? shorter : longer));
        }
        endTurn();
        return reached;
    }

    /** Publishes a packet of sound and serves the viewers. */
    void sound() {
        nowNanos += SOUND_NANOS;
        int unused = publish(RelayPacket.builder(MediaKind.AUDIO)
                .trackIndex(1)
                .ssrc(1)
                .payloadType(111)
                .extendedSequence(soundSequence++)
                .extendedTimestamp(soundSequence * 960)
                .payload(sound));
        endTurn();
    }

    private int publish(RelayPacket.Builder packet) {
        packet.arrival(nowNanos, nowNanos / 1_000).epoch(1);
        int reached = relay.publish("a", packet.build());
        if (reached == 0) {
            throw new IllegalStateException("no viewer took it");
        }
        return reached;
    }

    private void endTurn() {
        while (!turnEnds.isEmpty()) {
            TurnTask task = turnEnds.remove();
            int peers = task.begin();
            for (int i = 0; i < peers; i++) {
                task.serve(i);
            }
            task.end();
        }
    }

    private static final class Sink implements MediaSink {
        private final Integer viewer;
        private final ByteBuffer packetBuffer;
        private final BiConsumer<Integer, ByteBuffer> out;
        private final SrtpProtector protector;

        Sink(int viewer, ByteBuffer packetBuffer, BiConsumer<Integer, ByteBuffer> out) {
            this.viewer = viewer;
            this.packetBuffer = packetBuffer;
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
        public ByteBuffer packetBuffer() {
            return packetBuffer;
        }

        @Override
        public boolean sendRtcp(ByteBuffer compound, long nowNanos) {
            return true;
        }
    }

    /** The loop of the publisher and of every viewer. */
    private final class Turns implements TurnLoop, ViewerSubscriber.Owner {
        @Override
        public Runnable turnEnd(TurnTask task) {
            return () -> {
                if (!turnEnds.contains(task)) {
                    turnEnds.add(task);
                }
            };
        }

        @Override
        public long nowNanos() {
            return nowNanos;
        }

        @Override
        public void onServed(long servedNanos) {}

        @Override
        public void paceWanted() {}
    }
}
