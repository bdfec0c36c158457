package dev.weir.gateway.session;

/** Bounds what one session may send: bytes and packets a second, with a second's worth at once. One thread. */
final class ReceiveCap {
    private static final long SECOND_NANOS = 1_000_000_000L;

    private final double bytesPerSecond;
    private final double packetsPerSecond;
    private double bytes;
    private double packets;
    private long updatedNanos;
    private boolean started;

    ReceiveCap(FloodConfig config) {
        this.bytesPerSecond = (double) config.maxReceiveBytes();
        this.packetsPerSecond = config.maxReceivePackets();
    }

    /** Returns whether a packet of {@code length} bytes is within the limits; if so, it counts. */
    boolean admits(int length, long nowNanos) {
        double seconds = started ? (double) (nowNanos - updatedNanos) / SECOND_NANOS : 1;
        started = true;
        updatedNanos = nowNanos;
        bytes = Math.min(bytesPerSecond, bytes + seconds * bytesPerSecond);
        packets = Math.min(packetsPerSecond, packets + seconds * packetsPerSecond);
        if (bytes < length || packets < 1) {
            return false;
        }
        bytes -= length;
        packets--;
        return true;
    }
}
