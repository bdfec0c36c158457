package dev.weir.gateway.congestion;

/**
 * Tells from how late the quickest packets of successive spans were whether a queue builds up in the path. One thread.
 *
 * <p>Jitter and pauses of a machine delay packets too: what counts are spans that are late one after another, measured
 * against how much the delay of this path jumps about anyway. A delay that stays when less is sent is none of ours.
 */
final class QueueDetector {
    /** A queue below this is none; repairs and growth go on. */
    static final long RISING_QUEUE_NANOS = 25_000_000;

    static final long STANDING_QUEUE_NANOS = 80_000_000;
    private static final long DEEP_QUEUE_NANOS = 300_000_000;
    private static final long RISE_NANOS = 3_000_000;
    private static final long LEAST_RISING_NANOS = 40_000_000;
    private static final long LEAST_RISEN_NANOS = 20_000_000;
    private static final long STEEP_NANOS = 50_000_000;
    private static final int FEWEST_RISES = 3;
    private static final long MOST_NOISE_NANOS = 50_000_000;
    private static final long BASE_NANOS = 15_000_000_000L;
    /** A queue that was lower than ever within this time is emptying: patience. */
    private static final long DRAIN_NANOS = 800_000_000;

    private static final long TRIAL_NANOS = 1_500_000_000;
    private static final long TRIAL_MEASURED_NANOS = 900_000_000;
    /** Half of what a queue empties by in a trial. */
    private static final long TRIAL_DRAIN_NANOS = 90_000_000;

    private long baseNanos = Long.MAX_VALUE;
    private long nextBaseNanos = Long.MAX_VALUE;
    private long baseSinceNanos;
    private long queueNanos;
    private long formerQueueNanos;
    private long formerStepNanos;
    private long noiseNanos = RISE_NANOS;
    private long risenNanos;
    private long steepestNanos;
    private int rises;
    private int late;
    private boolean falling;
    private long lowestQueueNanos;
    private long lowestAtNanos;
    private boolean onTrial;
    private long triedAtNanos;
    private long triedQueueNanos;
    private long trialLowestNanos;
    private long trialSumNanos;
    private int trialSpans;

    /** Takes the delay of the quickest packet of a span, against any base. */
    void onDelay(long delayNanos, long nowNanos) {
        if (nowNanos - baseSinceNanos >= BASE_NANOS || baseNanos == Long.MAX_VALUE) {
            baseSinceNanos = nowNanos;
            baseNanos = Math.min(nextBaseNanos, delayNanos);
            nextBaseNanos = delayNanos;
        }
        baseNanos = Math.min(baseNanos, delayNanos);
        nextBaseNanos = Math.min(nextBaseNanos, delayNanos);
        queueNanos = delayNanos - baseNanos;
        if (onTrial && nowNanos - triedAtNanos > TRIAL_MEASURED_NANOS) {
            trialLowestNanos = Math.min(trialLowestNanos, queueNanos);
            trialSumNanos += queueNanos;
            trialSpans++;
        }
        long step = queueNanos - formerQueueNanos;
        // Steps that go on alike are a trend; what differs from one to the next is noise.
        long noise = Math.min(MOST_NOISE_NANOS, Math.abs(step - formerStepNanos) / 2);
        noiseNanos += (noise - noiseNanos) / 8;
        if (step > RISE_NANOS) {
            risenNanos += step;
            steepestNanos = Math.max(steepestNanos, step);
            rises++;
        } else {
            risenNanos = 0;
            steepestNanos = 0;
            rises = 0;
        }
        falling = step < -RISE_NANOS;
        late = queueNanos > STANDING_QUEUE_NANOS + 3 * noiseNanos && !falling ? late + 1 : 0;
        formerQueueNanos = queueNanos;
        formerStepNanos = step;
        if (queueNanos < lowestQueueNanos) {
            lowestQueueNanos = queueNanos;
            lowestAtNanos = nowNanos;
        }
    }

    /** Returns whether more comes than the path carries, and less should be sent. */
    boolean isFull(long nowNanos) {
        // One steep step is a pause of some machine, not a trend.
        long trend = risenNanos - steepestNanos - 3 * noiseNanos;
        boolean rising = queueNanos > LEAST_RISING_NANOS + 2 * noiseNanos
                && (trend > STEEP_NANOS || (trend > LEAST_RISEN_NANOS && rises >= FEWEST_RISES));
        boolean standing = late >= FEWEST_RISES;
        boolean draining = nowNanos - lowestAtNanos < DRAIN_NANOS;
        return (rising || standing) && !draining;
    }

    boolean isDeep() {
        return queueNanos > DEEP_QUEUE_NANOS;
    }

    boolean isQuiet() {
        return queueNanos < RISING_QUEUE_NANOS + 2 * noiseNanos;
    }

    /** Notes that less is sent from now on, because of a queue. */
    void onDecrease(long nowNanos) {
        lowestQueueNanos = queueNanos;
        // A deep queue takes too long to empty to learn anything from it.
        onTrial = !isDeep();
        triedAtNanos = nowNanos;
        triedQueueNanos = queueNanos;
        trialLowestNanos = queueNanos;
        trialSumNanos = 0;
        trialSpans = 0;
    }

    /**
     * Returns once whether the delay has stayed although less was sent: then the way has become longer, or the queue is
     * somebody else's, and the delay is the new base.
     */
    boolean isNotOurs(long nowNanos) {
        if (!onTrial || nowNanos - triedAtNanos < TRIAL_NANOS) {
            return false;
        }
        onTrial = false;
        long drained = Math.min(triedQueueNanos / 2, TRIAL_DRAIN_NANOS);
        boolean stayed = trialSpans > 0 && trialSumNanos / trialSpans > triedQueueNanos - drained;
        if (stayed) {
            baseNanos += trialLowestNanos;
            nextBaseNanos = baseNanos;
            queueNanos -= trialLowestNanos;
            formerQueueNanos = queueNanos;
            lowestQueueNanos = 0;
            risenNanos = 0;
            rises = 0;
            late = 0;
        }
        return stayed;
    }

    /** Returns how long packets wait in the path beyond its shortest delay. */
    long queueNanos() {
        return queueNanos;
    }
}
