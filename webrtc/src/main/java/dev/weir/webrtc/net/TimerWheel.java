package dev.weir.webrtc.net;

import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Orders what waits for its time on one loop: a timing wheel of eight rings of 64 slots. A slot of the first ring lasts about
 * a millisecond, one of each further ring eight times as long. A timer goes into the finest ring that reaches its time and
 * stays there, so adding and taking cost the same with ten timers and with ten thousand, and what many sessions wait for
 * within one slot wakes the loop once.
 *
 * <p>No timer is early. One is late by less than a slot: a millisecond for waits below 66 ms, an eighth of the wait beyond.
 * Timers of one slot run in the order in which they were added. Time in, tasks out; all on the loop but {@link Timer#cancel}.
 */
final class TimerWheel {
    /** 1.05 ms: a shift instead of a division. */
    private static final int TICK_SHIFT = 20;

    private static final int RINGS = 8;
    private static final int RING_SHIFT = 3;
    private static final int SLOTS = 64;

    /** One waiting task. */
    final class Timer implements ScheduledTask {
        private long dueNanos;
        private long dueTick;
        /** Null once cancelled, so that what waits for its time holds on to nothing. */
        private volatile @Nullable Runnable task;

        private @Nullable Timer former;
        private @Nullable Timer next;
        /** Index of the list that holds this one, -1 = none. */
        private int list = -1;

        private Timer(long dueNanos, Runnable task) {
            waitFor(dueNanos, task);
        }

        private void waitFor(long nextDueNanos, Runnable next) {
            dueNanos = nextDueNanos;
            dueTick = (nextDueNanos - originNanos + (1L << TICK_SHIFT) - 1) >> TICK_SHIFT;
            task = next;
        }

        long dueNanos() {
            return dueNanos;
        }

        @Override
        public void cancel() {
            task = null;
            if (onLoop.getAsBoolean()) {
                remove(this);
            }
        }
    }

    /** The list behind those of the slots: what is due and has not been taken. */
    private static final int DUE = RINGS * SLOTS;

    private final BooleanSupplier onLoop;
    private final long originNanos;
    private final @Nullable Timer[] heads = new Timer[DUE + 1];
    private final @Nullable Timer[] tails = new Timer[DUE + 1];
    /** For each ring the slots that hold something. */
    private final long[] occupied = new long[RINGS];
    /** Everything up to this tick has been moved to what is due. */
    private long tick;

    private int size;

    /** Begins at {@code originNanos}; {@code onLoop} tells whether the caller is on the thread that the wheel belongs to. */
    TimerWheel(long originNanos, BooleanSupplier onLoop) {
        this.originNanos = originNanos;
        this.onLoop = onLoop;
    }

    /** Returns a timer that waits once it is {@link #add added}; from any thread. */
    Timer timer(long dueNanos, Runnable task) {
        return new Timer(dueNanos, task);
    }

    /** Returns how many wait, those included that other threads have cancelled until they would have been due. */
    int size() {
        return size;
    }

    void add(Timer timer, long nowNanos) {
        if (timer.task != null) {
            advance(nowNanos);
            append(timer, listOf(timer.dueTick));
            size++;
        }
    }

    /** Has {@code timer} wait anew, whether it waits, has run or was cancelled. */
    void restart(Timer timer, long dueNanos, Runnable task, long nowNanos) {
        remove(timer);
        timer.waitFor(dueNanos, task);
        add(timer, nowNanos);
    }

    private int listOf(long dueTick) {
        if (dueTick <= tick) {
            return DUE;
        }
        for (int ring = 0; ring < RINGS; ring++) {
            int shift = shift(ring);
            long slot = (dueTick + (1L << shift) - 1) >> shift;
            if (slot - (tick >> shift) < SLOTS) {
                return list(ring, slot);
            }
        }
        // Further away than 38 hours: put in again when that time is over.
        return list(RINGS - 1, (tick >> shift(RINGS - 1)) + SLOTS - 1);
    }

    private static int shift(int ring) {
        return ring * RING_SHIFT;
    }

    private static int list(int ring, long slot) {
        return ring * SLOTS + (int) (slot & (SLOTS - 1));
    }

    private void append(Timer timer, int list) {
        Timer tail = tails[list];
        timer.list = list;
        timer.former = tail;
        timer.next = null;
        tails[list] = timer;
        if (tail == null) {
            heads[list] = timer;
        } else {
            tail.next = timer;
        }
        if (list != DUE) {
            occupied[list / SLOTS] |= 1L << list % SLOTS;
        }
    }

    private void remove(Timer timer) {
        if (timer.list >= 0) {
            unlink(timer);
            size--;
        }
    }

    private void unlink(Timer timer) {
        int list = timer.list;
        Timer former = timer.former;
        Timer next = timer.next;
        if (former == null) {
            heads[list] = next;
        } else {
            former.next = next;
        }
        if (next == null) {
            tails[list] = former;
        } else {
            next.former = former;
        }
        if (list != DUE && heads[list] == null) {
            occupied[list / SLOTS] &= ~(1L << list % SLOTS);
        }
        timer.list = -1;
        timer.former = null;
        timer.next = null;
    }

    private void advance(long nowNanos) {
        long now = (nowNanos - originNanos) >> TICK_SHIFT;
        while (tick < now) {
            long next = nextTick();
            if (next > now) {
                tick = now;
                return;
            }
            tick = next;
            for (int ring = 0; ring < RINGS; ring++) {
                int shift = shift(ring);
                if ((tick & ((1L << shift) - 1)) != 0) {
                    break;
                }
                moveToDue(list(ring, tick >> shift));
            }
        }
    }

    /** Returns the next tick at which a slot is due, {@link Long#MAX_VALUE} when all are empty. */
    private long nextTick() {
        long next = Long.MAX_VALUE;
        for (int ring = 0; ring < RINGS; ring++) {
            if (occupied[ring] != 0) {
                long slot = (tick >> shift(ring)) + 1;
                slot += Long.numberOfTrailingZeros(Long.rotateRight(occupied[ring], (int) (slot & (SLOTS - 1))));
                next = Math.min(next, slot << shift(ring));
            }
        }
        return next;
    }

    private void moveToDue(int list) {
        for (Timer timer = heads[list]; timer != null; timer = heads[list]) {
            unlink(timer);
            append(timer, DUE);
        }
    }

    /** Returns the time until a timer may be due, 0 when one is; {@code idleNanos} at most. */
    long waitNanos(long nowNanos, long idleNanos) {
        advance(nowNanos);
        if (heads[DUE] != null) {
            return 0;
        }
        long next = nextTick();
        return next == Long.MAX_VALUE ? idleNanos : Math.min(idleNanos, (next << TICK_SHIFT) + originNanos - nowNanos);
    }

    /** Removes and returns a task that is due, or null. */
    @Nullable
    Runnable pollDue(long nowNanos) {
        advance(nowNanos);
        for (Timer timer = heads[DUE]; timer != null; timer = heads[DUE]) {
            Runnable task = timer.task;
            remove(timer);
            if (timer.dueTick > tick) {
                add(timer, nowNanos);
            } else if (task != null) {
                return task;
            }
        }
        return null;
    }
}
