package dev.weir.gateway.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.gateway.egress.Egress;
import dev.weir.gateway.egress.MediaSink;
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
import dev.weir.webrtc.sdp.CodecFormat;
import dev.weir.webrtc.sdp.ExtensionUri;
import dev.weir.webrtc.sdp.NegotiatedMedia;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** A stream without layers, and a viewer whose path carries half of it: whole frames or none, and nobody else notices. */
class ThinPathTest {
    private static final long MILLI = 1_000_000;
    private static final long SECOND = 1_000 * MILLI;
    private static final int PACKETS_PER_FRAME = 3;

    private final VirtualTime time = new VirtualTime();
    private final Meters meters = new Meters();
    private final MediaRelay relay = new MediaRelay();
    private final Publication publication = register(relay);
    private final Ingest ingest = new Ingest(
            List.of(media(SimulatedPublisher.SSRC, SimulatedPublisher.RTX_SSRC, -1)),
            publication,
            1,
            "c",
            new WallClock(0, 0),
            (rtcp, now) -> publisherRtcp(rtcp),
            meters);
    private final SimulatedPublisher publisher =
            new SimulatedPublisher(time, PACKETS_PER_FRAME, packet -> ingest.onRtp(packet, time.nowNanos()));

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
    private final class Viewer implements MediaSink {
        private final VirtualPath down;
        private final VirtualPath back;
        private final Ingest receiver;
        private final Egress egress;
        private final TreeMap<Long, TreeMap<Long, RelayPacket>> frames = new TreeMap<>();

        Viewer(int seed) {
            SplittableRandom random = new SplittableRandom(seed);
            PathConditions clean = PathConditions.clean(Duration.ofMillis(20));
            Publication watched = register(new MediaRelay());
            back = new VirtualPath(time, clean, random.split(), packet -> rtcp(packet));
            receiver = new Ingest(
                    List.of(media(0x2000, 0x2001, -1)),
                    watched,
                    2,
                    "v",
                    new WallClock(0, 0),
                    (rtcp, now) -> back.send(rtcp),
                    meters);
            down = new VirtualPath(time, clean, random.split(), packet -> receiver.onRtp(packet, time.nowNanos()));
            egress = new Egress(
                    List.of(media(0x2000, 0x2001, 0)), publication.stream(), "c", random.split(), this, meters);
            watched.stream().addSubscriber(packet -> {
                if (packet.payloadLength() > 0) {
                    frames.computeIfAbsent(packet.extendedTimestamp(), key -> new TreeMap<>())
                            .put(packet.extendedSequence(), packet);
                }
                return true;
            });
            receiver.onConnected();
            relay.addSubscriber("a", new ViewerSubscriber(egress, new VirtualLoop(time), meters));
            time.every(Ingest.TICK_NANOS, () -> receiver.onTick(time.nowNanos()));
            time.every(Egress.TICK_NANOS, () -> egress.onTick(time.nowNanos(), time.nowNanos() / 1_000));
            time.every(Egress.PACE_NANOS, () -> egress.onPace(time.nowNanos()));
        }

        private void rtcp(ByteBuffer packet) {
            egress.onRtcp(packet, time.nowNanos());
        }

        /** Frames that came whole: from one that begins to the marker, nothing missing between. */
        private int wholeFrames() {
            int whole = 0;
            for (TreeMap<Long, RelayPacket> frame : frames.values()) {
                boolean begins = (frame.firstEntry().getValue().payload().get(0) & 0x10) != 0;
                boolean dense = frame.lastKey() - frame.firstKey() + 1 == frame.size();
                whole += begins && dense && frame.lastEntry().getValue().marker() ? 1 : 0;
            }
            return whole;
        }

        @Override
        public boolean sendRtp(ByteBuffer packet, long nowNanos) {
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

    @Test
    void aThinPathGetsWholeFramesOrNoneAndRecoversWhileOthersSeeEverything() {
        ingest.onConnected();
        time.every(Ingest.TICK_NANOS, () -> ingest.onTick(time.nowNanos()));
        publisher.start();
        time.run(SECOND);
        Viewer good = new Viewer(1);
        Viewer poor = new Viewer(2);
        time.run(3 * SECOND);
        assertThat(poor.wholeFrames()).isGreaterThan(80);

        poor.down.change(PathConditions.clean(Duration.ofMillis(20)).withRate(350_000, Duration.ofMillis(500)));
        time.run(2 * SECOND);
        poor.frames.clear();
        good.frames.clear();
        time.run(20 * SECOND);

        int whole = poor.wholeFrames();
        assertThat(whole).as("degraded, not dead").isBetween(60, 480);
        assertThat(poor.frames.size() - whole)
                .as("torn by the path itself, in 20 s")
                .isLessThanOrEqualTo(8);
        assertThat(good.wholeFrames()).as("the other viewer").isGreaterThanOrEqualTo(598);
        assertThat(poor.egress.stats().availableOutgoingBitrate()).isBetween(200_000L, 450_000L);

        poor.down.change(PathConditions.clean(Duration.ofMillis(20)));
        time.run(15 * SECOND);
        poor.frames.clear();
        time.run(5 * SECOND);
        assertThat(poor.wholeFrames()).as("recovered").isGreaterThanOrEqualTo(145);
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
