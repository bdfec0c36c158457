package dev.weir.gateway.congestion;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.gateway.simulation.VirtualPath;
import dev.weir.gateway.simulation.VirtualTime;
import dev.weir.webrtc.impair.PathConditions;
import dev.weir.webrtc.rtcp.RtcpHandler;
import dev.weir.webrtc.rtcp.RtcpReader;
import dev.weir.webrtc.rtcp.RtcpWriter;
import dev.weir.webrtc.rtcp.TransportFeedback;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.SplittableRandom;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What the estimator makes of paths in virtual time. */
class BandwidthEstimatorTest {
    private static final long MILLI = 1_000_000;
    private static final long SECOND = 1_000 * MILLI;
    private static final long MBIT = 1_000_000;
    private static final int BYTES = 1_100;
    private static final PathConditions CLEAN = PathConditions.clean(Duration.ofMillis(20));

    private final VirtualTime time = new VirtualTime();
    private static final DeliveryListener UNHEARD = new DeliveryListener() {
        @Override
        public void onLost(int mark, long sentNanos) {
            throw new AssertionError("no packet has a mark");
        }

        @Override
        public void onArrived(int mark, boolean toldLost) {
            throw new AssertionError("no packet has a mark");
        }
    };

    private final BandwidthEstimator estimator = new BandwidthEstimator(3 * MBIT);
    private final TreeMap<Integer, Long> arrivals = new TreeMap<>();
    private final VirtualPath path = new VirtualPath(
            time,
            PathConditions.clean(Duration.ofMillis(20)),
            new SplittableRandom(7),
            packet -> arrivals.put(packet.getInt(0), time.nowNanos()));
    private long applicationBps = 2 * MBIT;
    private int sent;
    private int reported;
    private int feedbacks;
    /** Every so many-th feedback comes, the others are lost. */
    private int feedbackComes = 1;

    private void start() {
        sendNext();
        time.every(50 * MILLI, this::report);
    }

    /** Sends at the rate of the application, or of the estimate when that is less. */
    private void sendNext() {
        long bps = Math.min(applicationBps, estimator.estimateBps());
        send();
        time.after(BYTES * 8 * SECOND / bps, this::sendNext);
    }

    private void send() {
        ByteBuffer packet = ByteBuffer.allocate(BYTES);
        packet.putInt(0, sent++);
        estimator.onSent(BYTES, BandwidthEstimator.NO_MARK, time.nowNanos());
        path.send(packet);
    }

    private void report() {
        if (arrivals.isEmpty() || arrivals.lastKey() < reported) {
            return;
        }
        int last = arrivals.lastKey();
        // What came late is reported anew, as libwebrtc does.
        int first = Math.min(reported, arrivals.firstKey());
        long[] ticks = new long[last - first + 1];
        for (int i = 0; i < ticks.length; i++) {
            Long at = arrivals.get(first + i);
            ticks[i] = at == null ? Long.MIN_VALUE : at / (TransportFeedback.TICK_MICROS * 1_000);
        }
        ByteBuffer out = ByteBuffer.allocate(8_000);
        int told = RtcpWriter.transportFeedback(out, 1, 2, first & 0xFFFF, feedbacks++ & 0xFF, ticks, ticks.length);
        reported = first + told;
        arrivals.headMap(reported).clear();
        assertThat(RtcpReader.read(out.flip(), new RtcpHandler() {
                    @Override
                    public void onTransportFeedback(TransportFeedback feedback) {
                        if (feedbacks % feedbackComes != 0) {
                            return;
                        }
                        time.after(20 * MILLI, () -> estimator.onFeedback(feedback, UNHEARD, time.nowNanos()));
                    }
                }))
                .isTrue();
    }

    @Test
    void aRoomyPathNeverHoldsTheApplicationBack() {
        start();
        for (int i = 0; i < 60; i++) {
            time.run(SECOND);
            assertThat(estimator.estimateBps()).as("second %d", i).isGreaterThan(2 * MBIT);
        }
        assertThat(estimator.acknowledgedBps()).isBetween(1_900_000L, 2_100_000L);
    }

    /** Less was taken to arrive the more feedback was lost, and estimates fell to a fifth when less was sent for loss. */
    @Test
    void feedbackThatIsLostDoesNotLetLessArrive() {
        feedbackComes = 2;
        start();
        for (int i = 0; i < 30; i++) {
            time.run(SECOND);
            assertThat(estimator.estimateBps()).as("second %d", i).isGreaterThan(2 * MBIT);
            assertThat(estimator.acknowledgedBps()).as("second %d", i).isBetween(1_700_000L, 2_300_000L);
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {300_000, 1_000_000, 1_600_000})
    void aThinPathIsFoundWithinSecondsAndItsQueueStaysShort(long capacityBps) {
        path.change(PathConditions.clean(Duration.ofMillis(20)).withRate(capacityBps, Duration.ofSeconds(1)));
        start();
        time.run(8 * SECOND);
        long worstQueue = 0;
        long sum = 0;
        for (int i = 0; i < 200; i++) {
            time.run(100 * MILLI);
            worstQueue = Math.max(worstQueue, estimator.queueNanos());
            sum += estimator.estimateBps();
        }
        assertThat(sum / 200).as("mean estimate").isBetween(capacityBps * 7 / 10, capacityBps * 105 / 100);
        assertThat(worstQueue / MILLI).as("ms in the queue").isLessThan(300);
    }

    @Test
    void jitterAndReorderingAreNotTakenForCongestion() {
        path.change(new PathConditions(0, 1, 0.05, 0.02, 20 * MILLI, 0, 0, 0));
        start();
        time.run(5 * SECOND);
        path.change(new PathConditions(0.05, 1, 0.3, 0, 20 * MILLI, 0, 0, 0));
        for (int i = 0; i < 30; i++) {
            time.run(SECOND);
            assertThat(estimator.estimateBps()).as("second %d", i).isGreaterThan(2 * MBIT);
        }
        assertThat(estimator.loss()).isBetween(0.01, 0.1);
    }

    @Test
    void lossThatStaysWhateverIsSentHoldsNothingBackAfterOneTry() {
        start();
        time.run(5 * SECOND);
        path.change(CLEAN.withLoss(0.3, 1));
        int held = 0;
        for (int second = 0; second < 60; second++) {
            time.run(SECOND);
            held += estimator.estimateBps() < 2 * MBIT ? 1 : 0;
        }
        assertThat(estimator.loss()).isBetween(0.2, 0.4);
        assertThat(held).as("seconds of a minute").isBetween(1, 4);
    }

    /** A policer has no queue: only what it drops tells that it is full. */
    @Test
    void lossThatFallsWhenLessIsSentIsCongestionAndItsEndIsNoticed() {
        start();
        time.run(5 * SECOND);
        path.change(CLEAN.withRate(800_000, Duration.ofMillis(15)));
        time.run(6 * SECOND);
        for (int second = 0; second < 60; second++) {
            time.run(SECOND);
            assertThat(estimator.estimateBps()).as("second %d", second).isBetween(600_000L, 1_100_000L);
        }
        path.change(CLEAN);
        time.run(20 * SECOND);
        assertThat(estimator.estimateBps()).isGreaterThan(2 * MBIT);
    }

    @Test
    void aWayThatBecomesLongerIsNoQueueForLong() {
        start();
        time.run(5 * SECOND);
        path.change(PathConditions.clean(Duration.ofMillis(220)));
        int held = 0;
        for (int second = 0; second < 20; second++) {
            time.run(SECOND);
            held += estimator.estimateBps() < 2 * MBIT ? 1 : 0;
        }
        assertThat(held).as("seconds of 20").isLessThanOrEqualTo(3);
    }

    @Test
    void pausesOfAMachineAreNotTakenForCongestion() {
        SplittableRandom random = new SplittableRandom(11);
        start();
        time.run(5 * SECOND);
        for (int i = 0; i < 40; i++) {
            // Everything behind the pause comes at its end.
            path.change(PathConditions.clean(Duration.ofMillis(100 + random.nextInt(400))));
            time.run(20 * MILLI);
            path.change(CLEAN);
            time.run((600 + random.nextInt(1_500)) * MILLI);
            assertThat(estimator.estimateBps()).as("pause %d", i).isGreaterThan(2 * MBIT);
        }
    }

    @Test
    void aProbeShowsWhatTheApplicationDoesNotUse() {
        applicationBps = 300_000;
        path.change(PathConditions.clean(Duration.ofMillis(20)).withRate(4 * MBIT, Duration.ofMillis(500)));
        start();
        time.run(5 * SECOND);
        assertThat(estimator.estimateBps()).isLessThan(4 * MBIT);
        estimator.beginProbe();
        for (int i = 0; i < 30; i++) {
            send();
        }
        estimator.endProbe();
        time.run(SECOND);
        assertThat(estimator.isProbing()).isFalse();
        assertThat(estimator.estimateBps()).isBetween(3_300_000L, 4_100_000L);
    }

    @Test
    void aProbeOfAThinPathBringsTheEstimateDownToIt() {
        applicationBps = 300_000;
        path.change(PathConditions.clean(Duration.ofMillis(20)).withRate(MBIT, Duration.ofSeconds(1)));
        estimator.beginProbe();
        for (int i = 0; i < 40; i++) {
            send();
        }
        estimator.endProbe();
        start();
        time.run(SECOND);
        assertThat(estimator.estimateBps()).isBetween(700_000L, 1_050_000L);
    }

    @Test
    void whereNoFeedbackComesTheReceiversOwnEstimateCounts() {
        assertThat(estimator.isMeasured()).isFalse();
        estimator.onRemb(700_000);
        assertThat(estimator.isMeasured()).isTrue();
        assertThat(estimator.estimateBps()).isEqualTo(700_000);
    }

    @Test
    void withoutEitherOnlyReportedLossBacksOff() {
        estimator.onReportedLoss(5, 2 * MBIT);
        assertThat(estimator.isMeasured()).isFalse();
        estimator.onReportedLoss(64, 2 * MBIT);
        assertThat(estimator.isMeasured()).as("one report may be chance").isFalse();
        estimator.onReportedLoss(64, 2 * MBIT);
        assertThat(estimator.estimateBps()).isEqualTo(1_750_000);
        for (int i = 0; i < 10; i++) {
            estimator.onReportedLoss(0, 2 * MBIT);
        }
        assertThat(estimator.estimateBps()).isGreaterThan(3 * MBIT);
    }
}
