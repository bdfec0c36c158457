package dev.weir.gateway.congestion;

/**
 * One burst that is sent faster than the estimate, to see at which rate it arrives. One thread.
 *
 * <p>The rate is that of all but the first packet, over the time between first and last.
 */
final class Probe {
    private static final int FEWEST = 5;
    private static final long SHORTEST_NANOS = 1_000_000;
    private static final long PATIENCE_NANOS = 500_000_000;

    private int sent;
    private int arrived;
    private long sentBytes;
    private long arrivedBytes;
    private long firstSent;
    private long lastSent;
    private long firstArrival;
    private long lastArrival;
    private boolean open;
    private boolean pending;

    void begin() {
        sent = 0;
        arrived = 0;
        sentBytes = 0;
        arrivedBytes = 0;
        open = true;
        pending = true;
    }

    void end() {
        open = false;
    }

    boolean isOpen() {
        return open;
    }

    boolean isPending() {
        return pending;
    }

    void onSent(int bytes, long nowNanos) {
        if (sent++ == 0) {
            firstSent = nowNanos;
        } else {
            sentBytes += bytes;
        }
        lastSent = nowNanos;
    }

    void onArrived(int bytes, long arrivalNanos) {
        if (arrived++ == 0) {
            firstArrival = arrivalNanos;
            lastArrival = arrivalNanos;
            return;
        }
        arrivedBytes += bytes;
        firstArrival = Math.min(firstArrival, arrivalNanos);
        lastArrival = Math.max(lastArrival, arrivalNanos);
    }

    /** Returns the rate that the path showed, once enough of the burst is reported; 0 while it is open, -1 when it failed. */
    long result(long nowNanos) {
        if (!pending || open) {
            return 0;
        }
        boolean whole = arrived * 10 >= sent * 9;
        if (!whole && nowNanos - lastSent < PATIENCE_NANOS) {
            return 0;
        }
        pending = false;
        if (arrived < FEWEST || arrived * 2 < sent) {
            return -1;
        }
        long sentAt = rate(sentBytes, lastSent - firstSent);
        long arrivedAt = rate(arrivedBytes, lastArrival - firstArrival);
        // Slower out than in: that is what the path carries, less a margin to let its queue drain.
        return arrivedAt < sentAt * 9 / 10 ? arrivedAt * 95 / 100 : Math.min(sentAt, arrivedAt);
    }

    private static long rate(long bytes, long nanos) {
        return bytes * 8_000_000 / (Math.max(SHORTEST_NANOS, nanos) / 1_000);
    }
}
