package dev.weir.gateway.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.gateway.egress.Egress;
import dev.weir.gateway.egress.MediaSink;
import dev.weir.gateway.egress.ViewerFeed;
import dev.weir.gateway.egress.ViewerSubscriber;
import dev.weir.gateway.ingest.Ingest;
import dev.weir.gateway.ingest.WallClock;
import dev.weir.gateway.metrics.Meters;
import dev.weir.gateway.relay.MediaRelay;
import dev.weir.gateway.relay.Publication;
import dev.weir.gateway.relay.Publisher;
import dev.weir.gateway.relay.RelayPacket;
import dev.weir.gateway.relay.Subscriber;
import dev.weir.webrtc.impair.PathConditions;
import dev.weir.webrtc.sdp.CodecFormat;
import dev.weir.webrtc.sdp.NegotiatedMedia;
import java.nio.ByteBuffer;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * A publisher, the gateway and a viewer over bad paths, in virtual time, for many seeds: what can be repaired within a
 * player's jitter buffer is repaired, nothing comes twice, and nobody is asked more than need be.
 *
 * <p>{@code -Dweir.simulation.seeds=1000} is the long form.
 */
class LossSimulationTest {
    private static final int SEEDS = Integer.getInteger("weir.simulation.seeds", 60);
    private static final long MILLI = 1_000_000;
    private static final long SECOND = 1_000 * MILLI;
    private static final long MEDIA_NANOS = 8 * SECOND;
    private static final int PACKETS_PER_FRAME = 3;
    /** The outcome of one hop of one seed. */
    private static final class Hop {
        private final Map<Long, Long> firstSeen = new HashMap<>();
        private long duplicates;
        private long published;
        private long nacks;
        private double lossOfPath;

        /**
         * What is missing between the first and the last packet that came: nobody can know of one before the first, or of
         * one behind the last.
         */
        private long missing() {
            long first = Collections.min(firstSeen.keySet());
            long last = Collections.max(firstSeen.keySet());
            return last - first + 1 - firstSeen.size();
        }
    }

    @ParameterizedTest(name = "{0} % loss in runs of {1}: {2} repaired")
    @CsvSource({"1, 1, 0.9999", "5, 1, 0.9999", "5, 3, 0.999", "10, 1, 0.999", "10, 3, 0.99"})
    void whatCanBeRepairedInTimeIsRepairedOnce(int lossPercent, double burst, double repaired) {
        long missing = 0;
        long lost = 0;
        long packets = 0;
        long nacks = 0;
        long plis = 0;
        for (int seed = 1; seed <= SEEDS; seed++) {
            Run run = new Run(seed, lossPercent / 100.0, burst);
            run.run();
            assertThat(run.fromPublisher.duplicates)
                    .as("repeats in the relay, seed %d", seed)
                    .isZero();
            assertThat(run.toViewer.duplicates)
                    .as("repeats at the viewer, seed %d", seed)
                    .isZero();
            for (Hop hop : List.of(run.fromPublisher, run.toViewer)) {
                missing += hop.missing();
                packets += hop.published;
                lost += Math.round(hop.published * hop.lossOfPath);
                nacks += hop.nacks;
            }
            plis += run.publisher.plis;
        }
        double fraction = 1 - (double) missing / lost;
        double seconds = SEEDS * (MEDIA_NANOS / 1e9);
        System.out.printf(
                "loss %d %% burst %.0f: seeds %d packets %d lost %d unrepaired %d repaired %.5f nacks/lost %.2f plis/s %.3f%n",
                lossPercent, burst, SEEDS, packets, lost, missing, fraction, (double) nacks / lost, plis / seconds);
        assertThat(fraction).as("of the lost packets").isGreaterThanOrEqualTo(repaired);
        // Reordering (5 %) costs some needless requests; lost requests and repairs cost repeated ones.
        assertThat(nacks).as("NACKs").isLessThan((long) (2.0 * lost + 0.01 * packets));
        assertThat(plis / seconds).as("PLIs a second").isLessThan(0.5);
    }

    /** One seed. */
    private static final class Run {
        private final VirtualTime time = new VirtualTime();
        private final Hop fromPublisher = new Hop();
        private final Hop toViewer = new Hop();
        private final SimulatedPublisher publisher;
        private final VirtualPath up;
        private final VirtualPath upBack;
        private final VirtualPath down;
        private final VirtualPath downBack;
        private final Ingest ingest;
        private final Egress egress;
        private final Ingest viewer;

        Run(long seed, double loss, double burst) {
            SplittableRandom random = new SplittableRandom(seed);
            PathConditions conditions = new PathConditions(loss, burst, 0.05, 0.05, 50 * MILLI, 5 * MILLI, 0, 0);
            Meters meters = new Meters();
            MediaRelay relay = new MediaRelay();
            Publication publication = register(relay);
            Publication watched = register(new MediaRelay());
            upBack = new VirtualPath(time, conditions, random.split(), packet -> publisherRtcp(packet));
            ingest = new Ingest(
                    List.of(media(SimulatedPublisher.SSRC, SimulatedPublisher.RTX_SSRC, -1)),
                    publication,
                    1,
                    "c",
                    new WallClock(0, 0),
                    (rtcp, now) -> upBack.send(rtcp),
                    meters);
            up = new VirtualPath(time, conditions, random.split(), packet -> ingest.onRtp(packet, time.nowNanos()));
            publisher = new SimulatedPublisher(time, PACKETS_PER_FRAME, up::send);
            downBack = new VirtualPath(time, conditions, random.split(), this::viewerRtcp);
            viewer = new Ingest(
                    List.of(media(0x2000, 0x2001, -1)),
                    watched,
                    2,
                    "v",
                    new WallClock(0, 0),
                    (rtcp, now) -> downBack.send(rtcp),
                    meters);
            down = new VirtualPath(time, conditions, random.split(), packet -> viewer.onRtp(packet, time.nowNanos()));
            egress = new Egress(
                    List.of(media(0x2000, 0x2001, 0)), publication.stream(), "c", random.split(), new Sink(), meters);
            VirtualLoop loop = new VirtualLoop(time);
            relay.addSubscriber(
                    "a", new ViewerSubscriber(egress, ViewerFeed.of(publication.stream(), loop, meters), loop));
            publication.stream().addSubscriber(new Recorder(fromPublisher));
            watched.stream().addSubscriber(new Recorder(toViewer));
            ingest.onConnected();
            viewer.onConnected();
        }

        private Publication register(MediaRelay relay) {
            try {
                return relay.registerPublisher("a", new Publisher() {
                    @Override
                    public boolean isAlive() {
                        return true;
                    }

                    @Override
                    public void requestKeyframe(int trackIndex, String rid) {
                        ingest.requestKeyframe(trackIndex, rid, time.nowNanos());
                    }
                });
            } catch (dev.weir.gateway.relay.AlreadyPublishedException e) {
                throw new IllegalStateException(e);
            }
        }

        private void publisherRtcp(ByteBuffer packet) {
            publisher.onRtcp(packet);
        }

        private void viewerRtcp(ByteBuffer packet) {
            egress.onRtcp(packet, time.nowNanos());
        }

        void run() {
            publisher.start();
            time.every(Ingest.TICK_NANOS, () -> ingest.onTick(time.nowNanos()));
            time.every(Ingest.TICK_NANOS, () -> viewer.onTick(time.nowNanos()));
            time.every(Egress.TICK_NANOS, () -> egress.onTick(time.nowNanos(), time.nowNanos() / 1_000));
            time.every(Egress.PACE_NANOS, () -> egress.onPace(time.nowNanos()));
            time.run(MEDIA_NANOS);
            // What was sent last has to have its chance to be repaired.
            publisher.stop();
            time.run(2 * SECOND);
            fromPublisher.published = publisher.sequence - 100;
            fromPublisher.lossOfPath = up.lossSoFar();
            fromPublisher.nacks = publisher.nacks;
            toViewer.lossOfPath = down.lossSoFar();
            toViewer.nacks = egress.stats().outbound().get(0).nackCount();
        }

        private final class Sink implements MediaSink {
            @Override
            public boolean sendRtp(ByteBuffer packet, long nowNanos) {
                if (dev.weir.webrtc.rtp.RtpHeader.ssrc(packet) == 0x2000) {
                    toViewer.published++;
                }
                down.send(packet);
                return true;
            }

            @Override
            public boolean resendRtp(ByteBuffer protectedPacket, long nowNanos) {
                throw new AssertionError("repairs have a format of their own here");
            }

            @Override
            public boolean sendRtcp(ByteBuffer compound, long nowNanos) {
                return true;
            }
        }

        /** Notes what comes, and that it comes once. */
        private static final class Recorder implements Subscriber {
            private final Hop hop;

            Recorder(Hop hop) {
                this.hop = hop;
            }

            @Override
            public boolean offer(RelayPacket packet) {
                if (hop.firstSeen.putIfAbsent(packet.extendedSequence(), packet.arrivalNanos()) != null) {
                    hop.duplicates++;
                }
                return true;
            }
        }
    }

    private static NegotiatedMedia media(long ssrc, long rtx, int trackIndex) {
        return new NegotiatedMedia(
                "0",
                "video",
                false,
                Map.of(SimulatedPublisher.PAYLOAD_TYPE, new CodecFormat("VP8", 90_000, 1, "")),
                Map.of(SimulatedPublisher.RTX_PAYLOAD_TYPE, SimulatedPublisher.PAYLOAD_TYPE),
                Map.of(),
                List.of(),
                List.of(ssrc),
                Map.of(rtx, ssrc),
                Map.of(SimulatedPublisher.PAYLOAD_TYPE, Set.of("nack", "nack pli")),
                trackIndex);
    }
}
