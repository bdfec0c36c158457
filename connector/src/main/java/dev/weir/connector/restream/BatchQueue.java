package dev.weir.connector.restream;

import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * What was read from the log and waits to be sent. Never blocks the reader: it says when it is full, and the reader then
 * reads no more, so the bound is the capacity and one poll. Thread-safe.
 */
final class BatchQueue {
    private final long capacityBytes;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition filled = lock.newCondition();
    private final ArrayDeque<LoggedBatch> batches = new ArrayDeque<>();
    private long bytes;

    BatchQueue(long capacityBytes) {
        this.capacityBytes = capacityBytes;
    }

    void add(LoggedBatch batch) {
        lock.lock();
        try {
            batches.add(batch);
            bytes += batch.bytes();
            filled.signal();
        } finally {
            lock.unlock();
        }
    }

    /** Waits for a batch and leaves it there. */
    Optional<LoggedBatch> peek(long nanos) throws InterruptedException {
        lock.lock();
        try {
            long left = nanos;
            while (batches.isEmpty() && left > 0) {
                left = filled.awaitNanos(left);
            }
            return Optional.ofNullable(batches.peek());
        } finally {
            lock.unlock();
        }
    }

    /** Removes the batch that {@link #peek} gave. */
    void remove() {
        lock.lock();
        try {
            LoggedBatch head = batches.remove();
            bytes -= head.bytes();
        } finally {
            lock.unlock();
        }
    }

    /** Returns, by partition, the offset of the first batch that is not done; a partition without any waiting is left out. */
    Map<Integer, Long> waiting() {
        lock.lock();
        try {
            Map<Integer, Long> first = new HashMap<>();
            for (LoggedBatch batch : batches) {
                first.putIfAbsent(batch.partition(), batch.offset());
            }
            return first;
        } finally {
            lock.unlock();
        }
    }

    long bytes() {
        lock.lock();
        try {
            return bytes;
        } finally {
            lock.unlock();
        }
    }

    boolean isFull() {
        return bytes() >= capacityBytes;
    }

    boolean isHalfEmpty() {
        return bytes() <= capacityBytes / 2;
    }
}
