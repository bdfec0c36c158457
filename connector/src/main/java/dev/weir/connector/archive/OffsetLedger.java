package dev.weir.connector.archive;

import java.util.TreeMap;

/**
 * Knows which offset of one partition may be committed: everything below it is durable or needed no more. Whoever still
 * needs the log from some offset on holds a pin there. Safe on any thread.
 */
final class OffsetLedger {
    private final TreeMap<Long, Integer> pins = new TreeMap<>();
    private long next;

    /** Starts with the first offset that is read. */
    OffsetLedger(long next) {
        this.next = next;
    }

    /** A need of the log from {@link #offset} on; release it once. */
    final class Pin {
        private final long offset;
        private boolean held = true;

        private Pin(long offset) {
            this.offset = offset;
        }

        long offset() {
            return offset;
        }

        /** Gives the need up. Idempotent. */
        void release() {
            synchronized (OffsetLedger.this) {
                if (held) {
                    held = false;
                    pins.computeIfPresent(offset, (at, count) -> count == 1 ? null : count - 1);
                }
            }
        }
    }

    /** Returns a pin at {@code offset}. */
    synchronized Pin pin(long offset) {
        pins.merge(offset, 1, Integer::sum);
        return new Pin(offset);
    }

    /** Returns whether the record at {@code offset} has been handled already, which happens on redelivery. */
    synchronized boolean isHandled(long offset) {
        return offset < next;
    }

    /** Notes that the record at {@code offset} has been handled. */
    synchronized void handled(long offset) {
        next = Math.max(next, offset + 1);
    }

    /** Returns the offset to commit: the lowest pin, or the next record when there is none. */
    synchronized long committable() {
        return pins.isEmpty() ? next : Math.min(next, pins.firstKey());
    }
}
