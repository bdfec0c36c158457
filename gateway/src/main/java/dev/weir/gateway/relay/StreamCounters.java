package dev.weir.gateway.relay;

import java.util.concurrent.atomic.AtomicLong;

/** Counts what a stream does. Written by who publishes, read by any thread. */
final class StreamCounters {
    private static final long SECOND_NANOS = 1_000_000_000L;

    private final AtomicLong packetsForwarded = new AtomicLong();
    private final AtomicLong bytesForwarded = new AtomicLong();
    private final AtomicLong packetsReceived = new AtomicLong();
    private final AtomicLong bytesReceived = new AtomicLong();
    private final AtomicLong packetsDropped = new AtomicLong();
    private final AtomicLong keyframes = new AtomicLong();
    private final AtomicLong packetsLost = new AtomicLong();
    private volatile long bitrateBps;
    private long windowStartNanos;
    private long windowBytes;
    private long lastKeyframeTimestamp = Long.MIN_VALUE;

    void onPacket(RelayPacket packet, int reached, int dropped) {
        int bytes = packet.payloadLength();
        add(packetsReceived, 1);
        add(bytesReceived, bytes);
        add(packetsForwarded, reached);
        add(bytesForwarded, (long) reached * bytes);
        if (dropped > 0) {
            add(packetsDropped, dropped);
        }
        if (packet.keyframeStart() && packet.extendedTimestamp() != lastKeyframeTimestamp) {
            lastKeyframeTimestamp = packet.extendedTimestamp();
            add(keyframes, 1);
        }
        long elapsed = packet.arrivalNanos() - windowStartNanos;
        if (elapsed >= SECOND_NANOS) {
            bitrateBps = elapsed < 3 * SECOND_NANOS ? windowBytes * 8 * 1_000 / (elapsed / 1_000_000) : 0;
            windowStartNanos = packet.arrivalNanos();
            windowBytes = 0;
        }
        windowBytes += bytes;
    }

    void onLost(long packets) {
        packetsLost.addAndGet(packets);
    }

    /** A single writer needs no atomic read-modify-write. */
    private static void add(AtomicLong counter, long value) {
        counter.setRelease(counter.getPlain() + value);
    }

    StreamStats snapshot(int subscribers, long epoch, boolean live) {
        return new StreamStats(
                subscribers,
                packetsForwarded.get(),
                bytesForwarded.get(),
                packetsReceived.get(),
                bytesReceived.get(),
                packetsLost.get(),
                packetsDropped.get(),
                live ? bitrateBps : 0,
                keyframes.get(),
                epoch,
                live);
    }
}
