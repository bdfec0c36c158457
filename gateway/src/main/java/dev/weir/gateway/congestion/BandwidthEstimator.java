package dev.weir.gateway.congestion;

import dev.weir.webrtc.rtcp.TransportFeedback;
import org.jspecify.annotations.Nullable;

/**
 * Estimates how much the path to one receiver carries: from transport-wide feedback where there is such (a queue that
 * builds up, loss, probes), otherwise from the receiver's own estimate (REMB), otherwise from loss alone. Time is an
 * argument; one thread.
 *
 * <p>A queue is told by the quickest packet of each tenth of a second against the quickest of the last half minute, so that
 * jitter and reordering are not taken for congestion.
 */
public final class BandwidthEstimator {
    private static final long MIN_BPS = 50_000;
    private static final long MAX_BPS = 200_000_000;
    private static final long TICK_NANOS = TransportFeedback.TICK_MICROS * 1_000;
    private static final long DECREASE_NANOS = 300_000_000;
    private static final long DECREASED_NANOS = 1_000_000_000;
    private static final int FEWEST_PACKETS = 4;
    private static final int MOST_MERGED = 5;

    private static final double LOW_LOSS = 0.06;
    /** Without word of delays, loss may have any cause: only much of it, for long, is taken for congestion. */
    private static final double VERY_HIGH_LOSS = 0.2;

    private static final int FEWEST_HIGH_REPORTS = 2;
    private static final double BACK_OFF = 0.85;
    /** A deep queue would take for ever to empty at the usual rate. */
    private static final double DEEP_BACK_OFF = 0.6;

    /** Per window of 0.1 s: some 8 % in a second, and half of it near where the path was full last. */
    private static final double GROWTH = 0.008;

    private static final double CAREFUL_GROWTH = 0.004;

    private final int fewestWindows;
    private @Nullable SentPackets sent;
    private final PathWindows windows = new PathWindows();
    private final Probe probe = new Probe();
    private final QueueDetector queue = new QueueDetector();
    private final LossDetector lossDetector = new LossDetector();
    private final Reordering reordering = new Reordering();
    private long estimateBps;
    private boolean measured;
    private long acknowledgedBps;
    private long fullAtBps;
    private long afterDrainBps;
    private int highReports;
    private double reportedLoss;
    private long decreasedAtNanos;
    private long beforeTrialBps;
    private long sentBeforeTrialBps;
    private int merged;
    private int mergedPackets;
    private long mergedDelay = Long.MAX_VALUE;
    private long evaluated = Long.MIN_VALUE;

    /** Starts with {@code startBps} until something is measured. */
    public BandwidthEstimator(long startBps) {
        this(startBps, 1);
    }

    /**
     * Looks at {@code fewestWindows} tenths of a second together: more than one where all packets of a picture share one time
     * of sending, so that a window holds few independent delays.
     */
    public BandwidthEstimator(long startBps, int fewestWindows) {
        this.fewestWindows = fewestWindows;
        estimateBps = startBps;
    }

    /** For packets of whose fate nobody wants to hear. */
    public static final int NO_MARK = -1;

    /**
     * Notes a packet of {@code bytes} on the wire, whose transport-wide sequence number is one above the last one's, from 0.
     *
     * @param mark what a {@link DeliveryListener} knows it by, or {@link #NO_MARK}
     */
    public void onSent(int bytes, int mark, long nowNanos) {
        SentPackets packets = sent;
        if (packets == null) {
            packets = new SentPackets();
            sent = packets;
        }
        boolean probing = probe.isOpen();
        packets.add(bytes, mark, probing, nowNanos);
        if (probing) {
            probe.onSent(bytes, nowNanos);
        } else {
            windows.onSent(nowNanos, bytes);
        }
    }

    /** Begins a burst by which the path is measured: what is sent until {@link #endProbe}. */
    public void beginProbe() {
        probe.begin();
    }

    /** Ends the burst; its result counts when its feedback comes. */
    public void endProbe() {
        probe.end();
    }

    /** Returns whether the result of a burst is awaited. */
    public boolean isProbing() {
        return probe.isPending();
    }

    /** Takes a transport-wide feedback of the receiver; {@code deliveries} hears what it says of marked packets. */
    public void onFeedback(TransportFeedback feedback, DeliveryListener deliveries, long nowNanos) {
        SentPackets packets = sent;
        if (packets == null) {
            return;
        }
        for (int i = 0; i < feedback.packetCount(); i++) {
            long number = packets.find((feedback.baseSequence() + i) & 0xFFFF);
            if (number >= 0) {
                take(packets, number, feedback, i, deliveries);
            }
        }
        measured = true;
        evaluate(nowNanos);
        onProbeResult(probe.result(nowNanos));
    }

    private void take(
            SentPackets packets, long number, TransportFeedback feedback, int index, DeliveryListener deliveries) {
        int mark = packets.mark(number);
        byte state = packets.state(number);
        long sentAt = packets.sentNanos(number);
        if (!feedback.isReceived(index)) {
            if (state == SentPackets.UNREPORTED) {
                packets.setState(number, SentPackets.LOST);
                if (!packets.isProbe(number)) {
                    windows.onLost(sentAt);
                }
                reordering.onLost();
                if (mark != NO_MARK) {
                    deliveries.onLost(mark, sentAt);
                }
            }
            return;
        }
        if (state == SentPackets.ACKNOWLEDGED) {
            return;
        }
        if (state == SentPackets.LOST && !packets.isProbe(number)) {
            windows.onFound(sentAt);
        }
        packets.setState(number, SentPackets.ACKNOWLEDGED);
        reordering.onArrived(feedback.arrivalTicks(index), state == SentPackets.LOST);
        if (mark != NO_MARK) {
            deliveries.onArrived(mark, state == SentPackets.LOST);
        }
        long arrival = feedback.arrivalTicks(index) * TICK_NANOS;
        windows.onArrived(sentAt, arrival, packets.bytes(number));
        if (packets.isProbe(number)) {
            windows.onSent(sentAt, packets.bytes(number));
            probe.onArrived(packets.bytes(number), arrival);
        }
    }

    /**
     * Takes a packet of which we are the receiver: {@code sentNanos} by the sender's clock, which may stand anywhere but must
     * run like ours. {@link #evaluateReceived} then estimates what the path to us carries.
     */
    public void onReceived(long sentNanos, long arrivalNanos, int bytes) {
        windows.onArrived(sentNanos, arrivalNanos, bytes);
    }

    /** Notes that {@code count} packets sent at about {@code sentNanos} did not come to us. */
    public void onMissing(long sentNanos, long count) {
        for (long i = 0; i < count; i++) {
            windows.onLost(sentNanos);
        }
    }

    /** Notes that a packet sent at about {@code sentNanos} came after all, only late. */
    public void onFound(long sentNanos) {
        windows.onFound(sentNanos);
    }

    /** Estimates anew from what {@link #onReceived} and {@link #onMissing} told. */
    public void evaluateReceived(long nowNanos) {
        measured = true;
        evaluate(nowNanos);
    }

    /** Looks at every window that is over, once. */
    private void evaluate(long nowNanos) {
        long newest = windows.newest();
        if (newest == Long.MIN_VALUE) {
            return;
        }
        for (long number = Math.max(evaluated + 1, newest - 10); number < newest; number++) {
            evaluated = number;
            merged++;
            if (windows.arrived(number) > 0) {
                mergedPackets += windows.arrived(number);
                mergedDelay = Math.min(mergedDelay, windows.minDelay(number));
            }
            // At low rates one window holds too few packets to tell a queue from jitter.
            boolean enough = mergedPackets >= FEWEST_PACKETS && merged >= fewestWindows;
            if (enough || (merged >= MOST_MERGED && mergedPackets > 0)) {
                evaluate(number, mergedDelay, merged, nowNanos);
                merged = 0;
                mergedPackets = 0;
                mergedDelay = Long.MAX_VALUE;
            }
        }
    }

    private void evaluate(long number, long delay, int count, long nowNanos) {
        queue.onDelay(delay, nowNanos);
        long rate = windows.arrivalBps(number - 6, number);
        acknowledgedBps = rate > 0 ? rate : acknowledgedBps;
        // Two windows of grace: what was reordered is no loss yet. What was sent before the last decrease is its cause.
        long since = PathWindows.numberOf(decreasedAtNanos) + 1;
        lossDetector.onLoss(
                windows.lossFraction(Math.max(number - 14, since), number - 2),
                windows.lossFraction(Math.max(number - 32, since), number - 2));
        long sentBps = windows.sentBps(number - 11, number - 2);
        boolean otherDelay = queue.isNotOurs(nowNanos);
        boolean otherLoss = lossDetector.isNotOurs(sentBps, nowNanos);
        if (otherDelay || otherLoss) {
            estimateBps = Math.max(estimateBps, Math.min(beforeTrialBps, sentBeforeTrialBps * 5 / 4));
        }
        if (queue.isFull(nowNanos)) {
            boolean deep = queue.isDeep();
            long carried = (long) (acknowledgedBps * (deep ? DEEP_BACK_OFF : BACK_OFF));
            if (decrease(Math.max(carried, leastAfterDecrease(sentBps)), sentBps, nowNanos)) {
                queue.onDecrease(nowNanos);
                afterDrainBps = deep ? (long) (acknowledgedBps * BACK_OFF) : afterDrainBps;
            }
        } else if (lossDetector.isHigh(nowNanos)) {
            // What arrives is what the path carries at least; a third less is enough to see whether it helps.
            long arrivedBps = Math.max(acknowledgedBps, lossDetector.arrivedBps(sentBps));
            if (decrease(Math.max(arrivedBps, sentBps * 7 / 10), sentBps, nowNanos)) {
                lossDetector.onDecrease(arrivedBps, nowNanos);
            }
        } else if (lossDetector.isLow() && queue.isQuiet()) {
            estimateBps = Math.max(estimateBps, afterDrainBps);
            afterDrainBps = 0;
            increase(count);
        }
    }

    /** While little is sent, what arrives tells nothing about what the path carries: then the estimate falls in steps. */
    private long leastAfterDecrease(long sentBps) {
        boolean idle = sentBps < estimateBps * 7 / 10 && acknowledgedBps * 10 > sentBps * 9;
        return idle ? estimateBps * 7 / 10 : 0;
    }

    private boolean decrease(long targetBps, long sentBps, long nowNanos) {
        if (nowNanos - decreasedAtNanos < DECREASE_NANOS || acknowledgedBps == 0) {
            return false;
        }
        decreasedAtNanos = nowNanos;
        fullAtBps = acknowledgedBps;
        beforeTrialBps = estimateBps;
        sentBeforeTrialBps = sentBps;
        estimateBps = Math.max(MIN_BPS, Math.min(estimateBps, targetBps));
        return true;
    }

    /** Grows no further than to twice what is known to arrive: more than that is a matter of probes. */
    private void increase(int count) {
        boolean near = estimateBps > fullAtBps * 3 / 4 && estimateBps < fullAtBps * 5 / 4;
        long grown = estimateBps + (long) (estimateBps * count * (near ? CAREFUL_GROWTH : GROWTH)) + 500;
        long limit = 2 * acknowledgedBps + 100_000;
        estimateBps = Math.min(MAX_BPS, Math.max(estimateBps, Math.min(grown, limit)));
    }

    private void onProbeResult(long bps) {
        if (bps > 0) {
            boolean congested = queue.queueNanos() > QueueDetector.STANDING_QUEUE_NANOS && bps > estimateBps;
            if (!congested) {
                // What arrives anyway is no matter of measuring.
                long least = Math.max(MIN_BPS, Math.min(estimateBps, acknowledgedBps));
                estimateBps = Math.max(least, Math.min(MAX_BPS, bps));
            }
        }
    }

    /** Takes the receiver's own estimate; it counts where no transport-wide feedback comes. */
    public void onRemb(long bps) {
        if (sent == null) {
            measured = true;
            estimateBps = Math.max(MIN_BPS, Math.min(MAX_BPS, bps));
        }
    }

    /**
     * Takes the loss that a receiver report tells ({@code fraction} of 256); it counts where no other feedback comes, and
     * then only against {@code sentBps}, what was sent lately.
     */
    public void onReportedLoss(int fraction, long sentBps) {
        if (sent != null || sentBps == 0) {
            return;
        }
        reportedLoss = fraction / 256.0;
        double loss = reportedLoss;
        highReports = loss > VERY_HIGH_LOSS ? highReports + 1 : 0;
        if (highReports >= FEWEST_HIGH_REPORTS) {
            measured = true;
            estimateBps = Math.max(MIN_BPS, Math.min(estimateBps, (long) (sentBps * (1 - loss / 2))));
        } else if (measured && loss < LOW_LOSS) {
            estimateBps = Math.min(MAX_BPS, estimateBps * 108 / 100);
        }
    }

    /** Returns whether anything about the path is known. */
    public boolean isMeasured() {
        return measured;
    }

    /** Returns the estimate in bits per second. */
    public long estimateBps() {
        return estimateBps;
    }

    /** Returns at which rate packets arrived lately, 0 before the first feedback. */
    public long acknowledgedBps() {
        return acknowledgedBps;
    }

    /** Returns the part of the packets that was lost lately, 0 to 1. */
    public double loss() {
        return sent == null ? reportedLoss : lossDetector.recent();
    }

    /** Returns the part that this path is known to lose for some time, or lost lately if that is more. */
    public double usualLoss() {
        return Math.max(loss(), lossDetector.inherent());
    }

    /** Returns whether most of what feedback tells as lost is only late. */
    public boolean isReordering() {
        return reordering.prevails();
    }

    /** Returns whether a queue stands in the path, or less is sent since a moment ago because there was one or loss was high. */
    public boolean isCongested(long nowNanos) {
        boolean decreased = fullAtBps > 0 && nowNanos - decreasedAtNanos < DECREASED_NANOS;
        return decreased || !queue.isQuiet();
    }

    /** Returns how long packets wait in the path beyond its shortest delay. */
    public long queueNanos() {
        return queue.queueNanos();
    }
}
