package dev.weir.gateway.simulation;

import dev.weir.gateway.egress.Egress;
import dev.weir.gateway.egress.MediaSink;
import dev.weir.gateway.egress.ViewerFeed;
import dev.weir.gateway.egress.ViewerSubscriber;
import dev.weir.gateway.ingest.Ingest;
import dev.weir.gateway.ingest.WallClock;
import dev.weir.gateway.metrics.Meters;
import dev.weir.gateway.relay.AlreadyPublishedException;
import dev.weir.gateway.relay.MediaRelay;
import dev.weir.gateway.relay.Publication;
import dev.weir.gateway.relay.Publisher;
import dev.weir.gateway.relay.RelayPacket;
import dev.weir.webrtc.impair.PathConditions;
import dev.weir.webrtc.rtp.RtpHeader;
import dev.weir.webrtc.sdp.CodecFormat;
import dev.weir.webrtc.sdp.ExtensionUri;
import dev.weir.webrtc.sdp.NegotiatedMedia;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeMap;

/** A stream without layers, published over a good path, and its viewers, each behind a path of its own; in virtual time. */
final class SimulatedStream {
    final VirtualTime time = new VirtualTime();
    final SimulatedPublisher publisher;
    private final Meters meters = new Meters();
    private final MediaRelay relay = new MediaRelay();
    private final Publication publication = register(relay);
    private final Ingest ingest;
    /** By sequence number, from the first one on. */
    private final List<Long> publishedAtNanos = new ArrayList<>();

    SimulatedStream(int packetsPerFrame) {
        ingest = new Ingest(
                List.of(media(SimulatedPublisher.SSRC, SimulatedPublisher.RTX_SSRC, -1)),
                publication,
                1,
                "c",
                new WallClock(0, 0),
                (rtcp, now) -> publisherRtcp(rtcp),
                meters);
        publisher = new SimulatedPublisher(time, packetsPerFrame, packet -> {
            publishedAtNanos.add(time.nowNanos());
            ingest.onRtp(packet, time.nowNanos());
        });
        ingest.onConnected();
        time.every(Ingest.TICK_NANOS, () -> ingest.onTick(time.nowNanos()));
        publisher.start();
    }

    private void publisherRtcp(ByteBuffer rtcp) {
        publisher.onRtcp(rtcp);
    }

    private Publication register(MediaRelay where) {
        try {
            return where.registerPublisher("a", new Publisher() {
                @Override
                public boolean isAlive() {
                    return true;
                }

                @Override
                public void requestKeyframe(int trackIndex, String rid) {
                    if (where.equals(relay)) {
                        ingest.requestKeyframe(trackIndex, rid, time.nowNanos());
                    }
                }
            });
        } catch (AlreadyPublishedException e) {
            throw new IllegalStateException(e);
        }
    }

    /** A viewer at the end of a path, made of an egress here and an ingest there. */
    final class Viewer implements MediaSink {
        final VirtualPath down;
        final VirtualPath back;
        private final Ingest receiver;
        final Egress egress;
        /** Whether no NACK gets through, while all other feedback does. */
        boolean losesNacks;

        private final TreeMap<Long, TreeMap<Long, RelayPacket>> frames = new TreeMap<>();
        /** How long after its publication each frame's latest packet came, by timestamp. */
        private final Map<Long, Long> underWay = new HashMap<>();

        private long latestNanos;
        /** How long each packet was in the gateway, in the order of sending; what was before the join included. */
        private final List<Long> relayNanos = new ArrayList<>();

        private long bytes;

        Viewer(long seed, PathConditions conditions) {
            SplittableRandom random = new SplittableRandom(seed);
            Publication watched = register(new MediaRelay());
            back = new VirtualPath(time, conditions, random.split(), packet -> rtcp(packet));
            receiver = new Ingest(
                    List.of(media(0x2000, 0x2001, -1)),
                    watched,
                    2,
                    "v",
                    new WallClock(0, 0),
                    (rtcp, now) -> back.send(rtcp),
                    meters);
            down = new VirtualPath(time, conditions, random.split(), packet -> receiver.onRtp(packet, time.nowNanos()));
            egress = new Egress(
                    List.of(media(0x2000, 0x2001, 0)), publication.stream(), "c", random.split(), this, meters);
            watched.stream().addSubscriber(packet -> {
                take(packet);
                return true;
            });
            receiver.onConnected();
            VirtualLoop loop = new VirtualLoop(time);
            relay.addSubscriber(
                    "a", new ViewerSubscriber(egress, ViewerFeed.of(publication.stream(), loop, meters), loop));
            time.every(Ingest.TICK_NANOS, () -> receiver.onTick(time.nowNanos()));
            time.every(Egress.TICK_NANOS, () -> egress.onTick(time.nowNanos(), time.nowNanos() / 1_000));
            time.every(Egress.PACE_NANOS, () -> egress.onPace(time.nowNanos()));
        }

        private void rtcp(ByteBuffer packet) {
            if (losesNacks && isNack(packet)) {
                return;
            }
            egress.onRtcp(packet, time.nowNanos());
        }

        /** A NACK stands behind an empty receiver report. */
        private static boolean isNack(ByteBuffer compound) {
            int at = compound.position() + 8;
            return compound.remaining() > 8 && (compound.get(at) & 0x1F) == 1 && (compound.get(at + 1) & 0xFF) == 205;
        }

        /** Forgets what came so far. */
        void startCounting() {
            frames.clear();
            underWay.clear();
            latestNanos = 0;
            relayNanos.clear();
            bytes = 0;
        }

        /** Returns how many frames came whole: from one that begins to the marker, nothing missing between. */
        int wholeFrames() {
            int whole = 0;
            for (TreeMap<Long, RelayPacket> frame : frames.values()) {
                whole += isWhole(frame) ? 1 : 0;
            }
            return whole;
        }

        /** Returns how many frames came of which something is missing. */
        int tornFrames() {
            return frames.size() - wholeFrames();
        }

        /** Returns how many whole frames are keyframes or follow, as published, on such a frame: these are shown. */
        int shownFrames() {
            int shown = 0;
            long expected = -1;
            for (TreeMap<Long, RelayPacket> frame : frames.values()) {
                RelayPacket first = frame.firstEntry().getValue();
                long begin = SimulatedPublisher.sequenceOf(first);
                boolean follows = shown == 0 || begin == expected || SimulatedPublisher.isKeyframe(first);
                if (isWhole(frame) && follows) {
                    shown++;
                    expected = begin + frame.size();
                }
            }
            return shown;
        }

        /** Returns how many whole frames had to wait for a packet until {@code nanos} after it was published. */
        int framesLaterThan(long nanos) {
            int late = 0;
            for (Map.Entry<Long, TreeMap<Long, RelayPacket>> frame : frames.entrySet()) {
                late += isWhole(frame.getValue()) && underWay.getOrDefault(frame.getKey(), 0L) > nanos ? 1 : 0;
            }
            return late;
        }

        /** Returns how long each packet was in the gateway, from the shortest to the longest. */
        List<Long> relayNanos() {
            return relayNanos.stream().sorted().toList();
        }

        /** Returns the bytes that were sent here, what was lost on the way included. */
        long bytes() {
            return bytes;
        }

        /** Returns how long the latest packet was under way. */
        long latestNanos() {
            return latestNanos;
        }

        private void take(RelayPacket packet) {
            if (packet.payloadLength() > 0) {
                long published = publishedAtNanos.get((int) (SimulatedPublisher.sequenceOf(packet) - 100));
                long took = time.nowNanos() - published;
                latestNanos = Math.max(latestNanos, took);
                underWay.merge(packet.extendedTimestamp(), took, Math::max);
                frames.computeIfAbsent(packet.extendedTimestamp(), key -> new TreeMap<>())
                        .put(packet.extendedSequence(), packet);
            }
        }

        private static boolean isWhole(NavigableMap<Long, RelayPacket> frame) {
            boolean begins = (frame.firstEntry().getValue().payload().get(0) & 0x10) != 0;
            boolean dense = frame.lastKey() - frame.firstKey() + 1 == frame.size();
            return begins && dense && frame.lastEntry().getValue().marker();
        }

        @Override
        public boolean sendRtp(ByteBuffer packet, long nowNanos) {
            bytes += packet.remaining();
            // What is in front is the header with its extensions.
            int payload = packet.remaining() - SimulatedPublisher.PAYLOAD;
            if (RtpHeader.payloadType(packet) == SimulatedPublisher.PAYLOAD_TYPE && payload > 0) {
                long sequence = SimulatedPublisher.sequenceAt(packet, packet.position() + payload);
                relayNanos.add(nowNanos - publishedAtNanos.get((int) (sequence - 100)));
            }
            down.send(packet);
            return true;
        }

        @Override
        public boolean resendRtp(ByteBuffer protectedPacket, long nowNanos) {
            return sendRtp(protectedPacket, nowNanos);
        }

        @Override
        public boolean sendRtcp(ByteBuffer compound, long nowNanos) {
            return true;
        }
    }

    private static NegotiatedMedia media(long ssrc, long rtx, int trackIndex) {
        return new NegotiatedMedia(
                "0",
                "video",
                false,
                Map.of(SimulatedPublisher.PAYLOAD_TYPE, new CodecFormat("VP8", 90_000, 1, "")),
                Map.of(SimulatedPublisher.RTX_PAYLOAD_TYPE, SimulatedPublisher.PAYLOAD_TYPE),
                Map.of(ExtensionUri.TRANSPORT_CC, 3),
                List.of(),
                List.of(ssrc),
                Map.of(rtx, ssrc),
                Map.of(SimulatedPublisher.PAYLOAD_TYPE, Set.of("nack", "nack pli", "transport-cc")),
                trackIndex);
    }
}
