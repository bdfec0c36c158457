package dev.weir.webrtc.impair;

import java.time.Duration;

/**
 * Says what a network path does to the datagrams of one direction.
 *
 * @param loss probability of loss, on average, 0 to 1
 * @param burst mean length of a run of losses in units of 10 ms (Gilbert–Elliott); 1 or less = independent losses
 * @param reorder probability that one comes late by 5 to 20 ms, behind later ones
 * @param duplicate probability that it comes twice
 * @param delayNanos time under way
 * @param jitterNanos up to this much longer, without overtaking
 * @param rateBps bits per second, 0 = no limit
 * @param queueNanos longest wait for the rate; what would wait longer is lost
 */
public record PathConditions(
        double loss,
        double burst,
        double reorder,
        double duplicate,
        long delayNanos,
        long jitterNanos,
        long rateBps,
        long queueNanos) {

    public PathConditions {
        requireProbability("loss", loss);
        requireProbability("reorder", reorder);
        requireProbability("duplicate", duplicate);
        if (delayNanos < 0 || jitterNanos < 0 || rateBps < 0 || queueNanos < 0) {
            throw new IllegalArgumentException("delay, jitter, rate and queue must not be negative");
        }
    }

    private static void requireProbability(String name, double value) {
        if (!(value >= 0 && value <= 1)) {
            throw new IllegalArgumentException(name + " must lie between 0 and 1: " + value);
        }
    }

    /** Returns a path that only takes its time. */
    public static PathConditions clean(Duration delay) {
        return new PathConditions(0, 1, 0, 0, delay.toNanos(), 0, 0, 0);
    }

    /** Loses {@code probability} of the packets, in runs of {@code meanBurst} units of 10 ms; 1 = each for itself. */
    public PathConditions withLoss(double probability, double meanBurst) {
        return new PathConditions(
                probability, meanBurst, reorder, duplicate, delayNanos, jitterNanos, rateBps, queueNanos);
    }

    public PathConditions withJitter(Duration jitter) {
        return new PathConditions(loss, burst, reorder, duplicate, delayNanos, jitter.toNanos(), rateBps, queueNanos);
    }

    /** Lets {@code late} of the packets come late and {@code twice} of them come twice. */
    public PathConditions withDisorder(double late, double twice) {
        return new PathConditions(loss, burst, late, twice, delayNanos, jitterNanos, rateBps, queueNanos);
    }

    /** Carries {@code bps} bits per second; what would wait longer than {@code longestWait} is lost. */
    public PathConditions withRate(long bps, Duration longestWait) {
        return new PathConditions(loss, burst, reorder, duplicate, delayNanos, jitterNanos, bps, longestWait.toNanos());
    }
}
