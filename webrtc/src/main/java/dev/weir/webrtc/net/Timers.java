package dev.weir.webrtc.net;

import java.util.PriorityQueue;
import org.jspecify.annotations.Nullable;

/** Orders what waits for its time on one loop. On that loop only. */
final class Timers {
    /** One waiting task. */
    static final class Timer implements ScheduledTask {
        private final long dueNanos;
        /** Null once cancelled, so that what waits for its time holds on to nothing. */
        private volatile @Nullable Runnable task;

        Timer(long dueNanos, Runnable task) {
            this.dueNanos = dueNanos;
            this.task = task;
        }

        long dueNanos() {
            return dueNanos;
        }

        @Override
        public void cancel() {
            task = null;
        }
    }

    private final PriorityQueue<Timer> queue =
            new PriorityQueue<>((one, other) -> Long.signum(one.dueNanos - other.dueNanos));

    /** Returns how many wait, cancelled ones included until they would have been due. */
    int size() {
        return queue.size();
    }

    void add(Timer timer) {
        queue.add(timer);
    }

    /** Returns the time until the next timer, 0 or less when it is due; {@code idleNanos} when there is none. */
    long waitNanos(long nowNanos, long idleNanos) {
        Timer next = queue.peek();
        while (next != null && next.task == null) {
            queue.remove();
            next = queue.peek();
        }
        return next == null ? idleNanos : Math.min(idleNanos, next.dueNanos - nowNanos);
    }

    /** Removes and returns a task that is due, or null. */
    @Nullable
    Runnable pollDue(long nowNanos) {
        Timer next = queue.peek();
        while (next != null && (next.task == null || nowNanos - next.dueNanos >= 0)) {
            queue.remove();
            Runnable task = next.task;
            if (task != null) {
                return task;
            }
            next = queue.peek();
        }
        return null;
    }
}
