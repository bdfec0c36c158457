package dev.weir.gateway.egress;

import dev.weir.gateway.congestion.BandwidthEstimator;

/**
 * Finds out whether the path carries a better layer, by sending packets once more at the rate that it would need: for some
 * hundredths of a second, and less and less often while the answer is no. One thread.
 */
final class Prober {
    private static final long FIRST_PAUSE_NANOS = 2_000_000_000L;
    private static final long LONGEST_PAUSE_NANOS = 20_000_000_000L;
    private static final int STEPS = 12;
    private static final int FEWEST_PACKETS = 6;
    private static final int MOST_PACKETS = 120;
    private static final int MOST_TIMES = 3;
    private static final int PACKET_BYTES = 1_200;
    private static final double MOST_LOSS = 0.1;
    private static final long MOST_QUEUE_NANOS = 25_000_000;

    private final BandwidthEstimator estimator;
    private long pauseNanos = FIRST_PAUSE_NANOS;
    private long endedAtNanos;
    private long foundBps;
    private boolean begun;
    private int left;
    private int perStep;
    private int sent;

    Prober(BandwidthEstimator estimator) {
        this.estimator = estimator;
    }

    boolean isSending() {
        return left > 0;
    }

    /** Begins a burst when {@code neededBps} is wanted and it is time for one. */
    void onTick(long neededBps, long nowNanos) {
        if (!begun) {
            begun = true;
            endedAtNanos = nowNanos;
        }
        if (neededBps == 0 || neededBps <= estimator.estimateBps()) {
            pauseNanos = FIRST_PAUSE_NANOS;
            return;
        }
        boolean quiet = estimator.loss() < MOST_LOSS && estimator.queueNanos() < MOST_QUEUE_NANOS;
        if (isSending() || estimator.isProbing() || !quiet || nowNanos - endedAtNanos < pauseNanos) {
            return;
        }
        long before = estimator.estimateBps();
        if (before > foundBps * 5 / 4) {
            // The last burst, or growth, was a step up: the next may follow soon.
            pauseNanos = FIRST_PAUSE_NANOS;
        }
        foundBps = before;
        // More than that would fill the queue of a path that carries no more than is known.
        long probedBps = Math.min(neededBps + neededBps / 8, MOST_TIMES * before);
        long packets = probedBps / 8 * STEPS * (Egress.PACE_NANOS / 1_000_000) / 1_000 / PACKET_BYTES;
        left = (int) Math.max(FEWEST_PACKETS, Math.min(MOST_PACKETS, packets));
        perStep = (left + STEPS - 1) / STEPS;
        sent = 0;
        pauseNanos = Math.min(LONGEST_PAUSE_NANOS, 2 * pauseNanos);
        estimator.beginProbe();
    }

    /** Sends the next share of the burst by {@code track}. */
    void onPace(OutputTrack track, long nowNanos) {
        for (int i = 0; i < perStep && left > 0; i++) {
            left = track.repeats.probe(sent, nowNanos) ? left - 1 : 0;
            sent++;
        }
        if (left == 0) {
            endedAtNanos = nowNanos;
            estimator.endProbe();
        }
    }
}
