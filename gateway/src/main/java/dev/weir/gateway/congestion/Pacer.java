package dev.weir.gateway.congestion;

/**
 * A bucket of bytes that may be sent now, filled at a rate. What must not wait (sound, repairs) may overdraw it. One thread.
 */
public final class Pacer {
    private static final long DEPTH_NANOS = 40_000_000;
    private static final long MIN_DEPTH_BYTES = 12_000;
    private static final long MAX_DEBT_NANOS = 500_000_000;

    private long rateBps;
    private long tokens = MIN_DEPTH_BYTES;
    private long filledAtNanos;
    private boolean started;

    /** Starts at {@code rateBps}, with a full bucket. */
    public Pacer(long rateBps) {
        this.rateBps = rateBps;
    }

    /** Sets the rate from now on. */
    public void setRate(long bps, long nowNanos) {
        if (bps != rateBps) {
            fill(nowNanos);
            rateBps = bps;
        }
    }

    public long rateBps() {
        return rateBps;
    }

    /** Returns whether something may be sent now. */
    public boolean mayPass(long nowNanos) {
        fill(nowNanos);
        return tokens > 0;
    }

    /** Notes that {@code bytes} went out. */
    public void onSent(int bytes) {
        tokens -= bytes;
    }

    private void fill(long nowNanos) {
        if (!started) {
            started = true;
            filledAtNanos = nowNanos;
            return;
        }
        long elapsed = Math.min(1_000_000_000L, nowNanos - filledAtNanos);
        long bytes = elapsed * (rateBps / 8_000) / 1_000_000;
        if (bytes > 0) {
            filledAtNanos = nowNanos;
            long depth = Math.max(MIN_DEPTH_BYTES, DEPTH_NANOS * (rateBps / 8_000) / 1_000_000);
            long debt = -MAX_DEBT_NANOS * (rateBps / 8_000) / 1_000_000;
            tokens = Math.min(depth, Math.max(debt, tokens) + bytes);
        }
    }
}
