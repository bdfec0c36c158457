package dev.weir.webrtc.impair;

import java.util.SplittableRandom;

/**
 * One direction of a bad network path: decides for each datagram whether, when and how often it arrives. Always the same for
 * the same seed and the same datagrams. Time is an argument; one thread.
 */
public final class ImpairedPath {
    /** Bursts are told in these units, so that the sparse packets of a feedback direction do not stretch them. */
    private static final double BURST_UNIT_NANOS = 10_000_000;

    private static final long LEAST_LATE_NANOS = 5_000_000;
    private static final long LATE_RANGE_NANOS = 15_000_000;
    private static final long REPEAT_RANGE_NANOS = 10_000_000;

    private final SplittableRandom random;
    private final long[] arrivals = new long[2];
    private PathConditions conditions;
    private boolean bad = true;
    private long flipAtNanos;
    private long busyUntilNanos;
    private long lastArrivalNanos;
    private long sent;
    private long lost;

    public ImpairedPath(PathConditions conditions, SplittableRandom random, long nowNanos) {
        this.conditions = conditions;
        this.random = random;
        this.flipAtNanos = nowNanos;
        this.busyUntilNanos = nowNanos;
        this.lastArrivalNanos = nowNanos;
    }

    /** Changes what happens to datagrams from the next one on. */
    public void change(PathConditions next) {
        conditions = next;
    }

    /** Takes a datagram of {@code bytes}; returns how many copies of it arrive: 0 when it is lost, 2 when it is repeated. */
    public int send(int bytes, long nowNanos) {
        sent++;
        if (isLost(nowNanos)) {
            lost++;
            return 0;
        }
        long wait = 0;
        if (conditions.rateBps() > 0) {
            busyUntilNanos = Math.max(busyUntilNanos, nowNanos);
            wait = busyUntilNanos - nowNanos;
            if (wait > conditions.queueNanos()) {
                lost++;
                return 0;
            }
            busyUntilNanos += bytes * 8_000_000_000L / conditions.rateBps();
        }
        arrivals[0] = arrival(wait, nowNanos);
        if (random.nextDouble() >= conditions.duplicate()) {
            return 1;
        }
        arrivals[1] = arrival(wait + random.nextLong(REPEAT_RANGE_NANOS), nowNanos);
        return 2;
    }

    /** Returns when the copy arrives, counted from 0, of the datagram that was sent last. */
    public long arrivalNanos(int copy) {
        return arrivals[copy];
    }

    private boolean isLost(long nowNanos) {
        if (conditions.burst() <= 1 || conditions.loss() == 0) {
            return random.nextDouble() < conditions.loss();
        }
        while (nowNanos >= flipAtNanos) {
            bad = !bad;
            double meanBad = conditions.burst() * BURST_UNIT_NANOS;
            double mean = bad ? meanBad : meanBad * (1 - conditions.loss()) / conditions.loss();
            flipAtNanos = Math.max(flipAtNanos, nowNanos - 1) + (long) (-Math.log(1 - random.nextDouble()) * mean) + 1;
        }
        return bad;
    }

    private long arrival(long waitNanos, long nowNanos) {
        long arrival = nowNanos + waitNanos + conditions.delayNanos();
        if (random.nextDouble() < conditions.reorder()) {
            return arrival + LEAST_LATE_NANOS + random.nextLong(LATE_RANGE_NANOS);
        }
        long jitter = conditions.jitterNanos() == 0 ? 0 : random.nextLong(conditions.jitterNanos());
        lastArrivalNanos = Math.max(lastArrivalNanos, arrival + jitter);
        return lastArrivalNanos;
    }

    /** Returns how many datagrams came in. */
    public long sent() {
        return sent;
    }

    /** Returns how many of them were lost, by chance or for want of room. */
    public long lost() {
        return lost;
    }
}
