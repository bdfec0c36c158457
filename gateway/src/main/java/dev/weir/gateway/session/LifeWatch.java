package dev.weir.gateway.session;

import java.time.Duration;

/**
 * Watches how long a connected session has been silent and how long it has lived. Time in, verdict out; on the session's
 * loop.
 */
final class LifeWatch {
    /** Silence that is told; the session goes on. */
    private static final long NOTICE_NANOS = 2_000_000_000L;

    private final boolean expectsMedia;
    private final long stallNanos;
    private final long noticeNanos;
    private final long maxNanos;
    private final long madeAtNanos;
    private long lastMediaNanos;
    private boolean stalled;

    /** What to do about the session. */
    enum Verdict {
        NOTHING,
        /** No media for 2 s: say so. */
        STALLS,
        /** Media is back. */
        RESUMES,
        /** No media for the stall timeout: end it. */
        END_STALLED,
        /** Its time is over: end it. */
        END_TIMED_OUT
    }

    LifeWatch(SessionRole role, LifeConfig config, long madeAtNanos) {
        this.expectsMedia = role == SessionRole.PUBLISHER;
        this.stallNanos = config.stallTimeout().toNanos();
        this.noticeNanos = Math.min(NOTICE_NANOS, stallNanos);
        this.maxNanos = nanosOrNever(config.maxDuration());
        this.madeAtNanos = madeAtNanos;
        this.lastMediaNanos = madeAtNanos;
    }

    private static long nanosOrNever(Duration duration) {
        return duration.isZero() ? Long.MAX_VALUE : duration.toNanos();
    }

    /** Media may flow from now on. */
    void onConnected(long nowNanos) {
        lastMediaNanos = nowNanos;
    }

    /** A packet of media came. */
    void onMedia(long nowNanos) {
        lastMediaNanos = nowNanos;
    }

    /** Returns what is due; each notice once. */
    Verdict check(long nowNanos) {
        if (nowNanos - madeAtNanos >= maxNanos) {
            return Verdict.END_TIMED_OUT;
        }
        if (!expectsMedia) {
            return Verdict.NOTHING;
        }
        long silence = nowNanos - lastMediaNanos;
        if (silence >= stallNanos) {
            return Verdict.END_STALLED;
        }
        boolean silent = silence >= noticeNanos;
        if (silent == stalled) {
            return Verdict.NOTHING;
        }
        stalled = silent;
        return silent ? Verdict.STALLS : Verdict.RESUMES;
    }
}
