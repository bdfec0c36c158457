package dev.weir.connector.assemble;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;

/**
 * Maps the RTP timestamps of one layer to the epoch's time line: {@code pts = timestamp + offset}. The offset changes only
 * when the RTP clock jumped against the arrival stamps, and slowly towards what sender reports say.
 */
final class MediaClock {
    /** RTP time and arrival may differ by this much within one step before the RTP clock is taken to have jumped. */
    static final long JUMP_MICROS = 500_000;

    /** The least delay seen may grow by this share of the elapsed time: clocks drift apart. */
    private static final int DRIFT_DIVISOR = 1_000;

    /** Correct towards the sender reports by at most this share of the time between two frames. */
    private static final int SLEW_DIVISOR = 8;

    /** Smaller differences to the sender reports are left alone. */
    private static final long DEADBAND_MICROS = 15_000;

    /** What mapping a frame gives, before it is accepted. */
    record Step(long ptsTicks, long offsetTicks, long leastDelayMicros, boolean jump) {}

    private final int rateHz;
    private boolean anchored;
    private boolean advanced;
    private long anchorTimestamp;
    private long anchorMicros;
    private long offsetTicks;
    private long targetTicks;
    private long leastDelayMicros;
    private long lastTimestamp;
    private long lastArrivalMicros;
    private long lastDurationTicks;
    private long endTicks;

    MediaClock(int rateHz) {
        this.rateHz = rateHz;
    }

    boolean isAnchored() {
        return anchored;
    }

    /** Tells whether a frame was accepted since the start or restart. */
    boolean isAdvanced() {
        return advanced;
    }

    /** Ties a timestamp to a media time; {@code leastDelay} is the least arrival minus media time that was seen. */
    void anchor(long timestamp, long ptsMicros, long leastDelay) {
        anchored = true;
        anchorTimestamp = timestamp;
        anchorMicros = ptsMicros;
        offsetTicks = ticks(ptsMicros) - timestamp;
        targetTicks = offsetTicks;
        leastDelayMicros = leastDelay;
    }

    /** Returns the media time that the layer was tied to. */
    long anchorMicros() {
        return anchorMicros;
    }

    /** Moves the time line's origin to {@code originMicros}. */
    void shiftOrigin(long originMicros) {
        anchor(anchorTimestamp, anchorMicros - originMicros, leastDelayMicros + originMicros);
    }

    /** Makes sure that a first frame does not start before {@code ptsTicks}. */
    void notBefore(long timestamp, long ptsTicks) {
        offsetTicks = Math.max(offsetTicks, ptsTicks - timestamp);
        targetTicks = offsetTicks;
    }

    /** Says what a sender report makes of the offset; the frames to come move there slowly. */
    void steer(long timestamp, long ptsMicros) {
        long wanted = ticks(ptsMicros) - timestamp;
        if (Math.abs(micros(wanted - targetTicks)) >= DEADBAND_MICROS) {
            targetTicks = wanted;
        }
    }

    long leastDelayMicros() {
        return leastDelayMicros;
    }

    /** Returns the media time of any timestamp near the last frame. */
    long ptsMicros(long timestamp) {
        return micros(timestamp + offsetTicks);
    }

    /** Returns the end of the last frame, 0 before the first. */
    long endTicks() {
        return endTicks;
    }

    long lastDurationTicks() {
        return lastDurationTicks;
    }

    /**
     * Maps a frame without accepting it.
     *
     * @param frame the next frame of the layer
     * @param following the least arrival minus RTP time in microseconds of it and the frames behind it, {@link
     *     Long#MIN_VALUE} when those are not all there yet
     */
    Step map(PendingFrame frame, long following) {
        long timestamp = frame.timestamp();
        long arrival = frame.firstArrivalMicros();
        if (!advanced) {
            long pts = Math.max(0, timestamp + offsetTicks);
            return new Step(pts, pts - timestamp, Math.min(leastDelayMicros, arrival - micros(pts)), false);
        }
        long rtpStep = micros(timestamp - lastTimestamp);
        long arrivalStep = arrival - lastArrivalMicros;
        long offset = offsetTicks + slew(timestamp - lastTimestamp);
        long least = leastDelayMicros + Math.max(0, arrivalStep) / DRIFT_DIVISOR;
        long delay = arrival - micros(timestamp + offset);
        boolean ahead = rtpStep - arrivalStep > JUMP_MICROS && delay < least - JUMP_MICROS;
        boolean goneBack = rtpStep < -JUMP_MICROS;
        boolean behind = arrivalStep - rtpStep > JUMP_MICROS
                && delay > least + JUMP_MICROS
                && following != Long.MIN_VALUE
                && following - micros(offset) > least + JUMP_MICROS;
        if (ahead || goneBack || behind) {
            long delayToRtp = following != Long.MIN_VALUE ? following : arrival - micros(timestamp);
            long pts = Math.max(endTicks, ticks(delayToRtp + micros(timestamp) - leastDelayMicros));
            return new Step(pts, pts - timestamp, least, true);
        }
        return new Step(Math.max(0, timestamp + offset), offset, Math.min(least, delay), false);
    }

    private long slew(long elapsedTicks) {
        long limit = Math.max(0, elapsedTicks) / SLEW_DIVISOR;
        return Math.max(-limit, Math.min(limit, targetTicks - offsetTicks));
    }

    /** Accepts a step. */
    void accept(Step step, PendingFrame frame, long durationTicks) {
        advanced = true;
        offsetTicks = step.offsetTicks();
        if (step.jump()) {
            targetTicks = offsetTicks;
        }
        leastDelayMicros = step.leastDelayMicros();
        lastTimestamp = frame.timestamp();
        lastArrivalMicros = frame.firstArrivalMicros();
        lastDurationTicks = durationTicks;
        endTicks = Math.max(endTicks, step.ptsTicks() + durationTicks);
    }

    /** Forgets the anchor, because a new source starts; the time line goes on. */
    void restart() {
        anchored = false;
        advanced = false;
    }

    /** Takes over the time line from another layer that ended there. */
    void continueFrom(long ticks) {
        endTicks = Math.max(endTicks, ticks);
    }

    long micros(long ticks) {
        return Math.floorDiv(ticks, (long) rateHz) * 1_000_000
                + Math.floorMod(ticks, (long) rateHz) * 1_000_000 / rateHz;
    }

    long ticks(long micros) {
        return Math.floorDiv(micros, 1_000_000L) * rateHz
                + (Math.floorMod(micros, 1_000_000L) * rateHz + 500_000) / 1_000_000;
    }

    void write(DataOutput out) throws IOException {
        out.writeBoolean(anchored);
        out.writeBoolean(advanced);
        for (long value : new long[] {
            offsetTicks, targetTicks, leastDelayMicros, lastTimestamp, lastArrivalMicros, lastDurationTicks, endTicks
        }) {
            out.writeLong(value);
        }
    }

    void read(DataInput in) throws IOException {
        anchored = in.readBoolean();
        advanced = in.readBoolean();
        offsetTicks = in.readLong();
        targetTicks = in.readLong();
        leastDelayMicros = in.readLong();
        lastTimestamp = in.readLong();
        lastArrivalMicros = in.readLong();
        lastDurationTicks = in.readLong();
        endTicks = in.readLong();
    }
}
