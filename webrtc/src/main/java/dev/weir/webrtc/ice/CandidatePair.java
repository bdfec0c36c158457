package dev.weir.webrtc.ice;

import org.jspecify.annotations.Nullable;

/** Holds what a full agent knows of one pair (RFC 8445 section 6.1.2). */
final class CandidatePair {
    /** First wait for an answer; doubles up to {@link #MAX_RTO_NANOS}. */
    static final long FIRST_RTO_NANOS = 100_000_000L;

    static final long MAX_RTO_NANOS = 1_600_000_000L;
    /** {@link #nextCheckNanos} of a pair that is not checked. */
    static final long NEVER = Long.MAX_VALUE;

    final FiveTuple path;
    final long localPriority;
    final long remotePriority;
    /** A check of the peer on it was authenticated, so what arrives on it may be looked at. */
    boolean claimed;
    /** A check of ours was answered, so media may be sent. */
    boolean succeeded;
    /** We nominated it and the peer knows. */
    boolean nominated;
    /** What the peer says, when it is the one to nominate. */
    final Nomination byPeer = new Nomination();

    /** The request whose answer is awaited. Repeats keep it, so that a late answer still counts. */
    @Nullable
    TransactionId pending;

    boolean pendingNominates;
    boolean pendingControls;
    long pendingSinceNanos;
    int unanswered;
    long nextCheckNanos;
    long rtoNanos = FIRST_RTO_NANOS;
    long lastAnswerNanos;

    CandidatePair(FiveTuple path, long localPriority, long remotePriority, long nowNanos) {
        this.path = path;
        this.localPriority = localPriority;
        this.remotePriority = remotePriority;
        this.nextCheckNanos = nowNanos;
    }

    /** Returns the priority of the pair (RFC 8445 section 6.1.2.3), unsigned, which depends on who controls. */
    long priority(boolean controlling) {
        long g = controlling ? localPriority : remotePriority;
        long d = controlling ? remotePriority : localPriority;
        return (Math.min(g, d) << 32) + 2 * Math.max(g, d) + (g > d ? 1 : 0);
    }

    /** Plans the next repeat after a check was sent. */
    void backOff(long nowNanos) {
        unanswered++;
        nextCheckNanos = nowNanos + rtoNanos;
        rtoNanos = Math.min(MAX_RTO_NANOS, rtoNanos * 2);
    }

    void answered(long nowNanos) {
        pending = null;
        succeeded = true;
        unanswered = 0;
        lastAnswerNanos = nowNanos;
        rtoNanos = FIRST_RTO_NANOS;
    }

    /** Plans a check at once, as if it were the first, unless one is under way that is as good. */
    void trigger(long nowNanos) {
        unanswered = 0;
        rtoNanos = FIRST_RTO_NANOS;
        if (pending == null || nextCheckNanos == NEVER || nextCheckNanos - nowNanos > FIRST_RTO_NANOS) {
            nextCheckNanos = nowNanos;
        }
    }
}
