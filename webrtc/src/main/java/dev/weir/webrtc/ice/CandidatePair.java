package dev.weir.webrtc.ice;

import org.jspecify.annotations.Nullable;

/** Holds what a controlling agent knows of one pair (RFC 8445 section 6.1.2). */
final class CandidatePair {
    /** First wait for an answer; doubles up to {@link #MAX_RTO_NANOS}. */
    static final long FIRST_RTO_NANOS = 100_000_000L;

    static final long MAX_RTO_NANOS = 1_600_000_000L;

    final FiveTuple path;
    final long priority;
    boolean succeeded;
    boolean nominated;
    /** The request whose answer is awaited. Repeats keep it, so that a late answer still counts. */
    @Nullable
    TransactionId pending;

    boolean pendingNominates;
    long nextCheckNanos;
    long rtoNanos = FIRST_RTO_NANOS;
    long lastAnswerNanos;

    CandidatePair(FiveTuple path, long priority, long nowNanos) {
        this.path = path;
        this.priority = priority;
        this.nextCheckNanos = nowNanos;
    }

    /** Plans the next repeat after a check was sent. */
    void backOff(long nowNanos) {
        nextCheckNanos = nowNanos + rtoNanos;
        rtoNanos = Math.min(MAX_RTO_NANOS, rtoNanos * 2);
    }

    void answered(long nowNanos) {
        pending = null;
        succeeded = true;
        lastAnswerNanos = nowNanos;
        rtoNanos = FIRST_RTO_NANOS;
    }
}
