package dev.weir.gateway.mirror;

import java.util.concurrent.atomic.AtomicLong;

/**
 * Counts the bytes that wait for an acknowledgement, over all streams. Any thread. What was refused is let in again
 * only when a quarter is free, so that an outage gives one long gap rather than many small ones.
 */
final class MirrorBuffer {
    /** What a packet costs beside its payload: objects, queue slot, record share, what is known of its frame. */
    static final int PACKET_OVERHEAD_BYTES = 300;

    private final long capacityBytes;
    private final AtomicLong usedBytes = new AtomicLong();

    MirrorBuffer(long capacityBytes) {
        this.capacityBytes = capacityBytes;
    }

    /** Takes {@code bytes} if they fit and returns whether they do. */
    boolean reserve(int bytes) {
        if (usedBytes.addAndGet(bytes) <= capacityBytes) {
            return true;
        }
        usedBytes.addAndGet(-bytes);
        return false;
    }

    /** Returns whether there is room again after a refusal. */
    boolean hasRoomAgain() {
        return usedBytes.get() <= capacityBytes / 4 * 3;
    }

    void release(long bytes) {
        usedBytes.addAndGet(-bytes);
    }

    long usedBytes() {
        return usedBytes.get();
    }
}
