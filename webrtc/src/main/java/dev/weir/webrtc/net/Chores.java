package dev.weir.webrtc.net;

import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.BooleanSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What a loop does beside its datagrams: tasks that other threads gave it, and timers. Each has a millisecond of a turn, so
 * that media waits for a few sessions' chores, not for those of all. On the loop, but for {@link #add}.
 */
final class Chores {
    private static final Logger LOG = LoggerFactory.getLogger(Chores.class);
    private static final long SHARE_NANOS = 1_000_000;
    private static final long IDLE_NANOS = 1_000_000_000L;
    /** Of a loop that ends: tasks may bring further ones. */
    private static final int LAST_SHARES = 1_000;

    private final Queue<Runnable> tasks = new ConcurrentLinkedQueue<>();
    private final TimerWheel timers;

    Chores(BooleanSupplier onLoop) {
        this.timers = new TimerWheel(System.nanoTime(), onLoop);
    }

    /** Adds a task; from any thread. */
    void add(Runnable task) {
        tasks.add(task);
    }

    TimerWheel timers() {
        return timers;
    }

    boolean hasTasks() {
        return !tasks.isEmpty();
    }

    /** Returns for how long there is nothing to do unless a task comes. */
    long idleNanos() {
        return timers.waitNanos(System.nanoTime(), IDLE_NANOS);
    }

    void runTasks() {
        Runnable task = tasks.poll();
        if (task == null) {
            return;
        }
        long begun = System.nanoTime();
        while (task != null) {
            runGuarded(task);
            task = System.nanoTime() - begun < SHARE_NANOS ? tasks.poll() : null;
        }
    }

    /** Runs what is left when the loop ends. */
    void runLastTasks() {
        for (int i = 0; i < LAST_SHARES && hasTasks(); i++) {
            runTasks();
        }
    }

    void runTimers(long nowNanos) {
        Runnable due = timers.pollDue(nowNanos);
        while (due != null) {
            runGuarded(due);
            due = System.nanoTime() - nowNanos < SHARE_NANOS ? timers.pollDue(nowNanos) : null;
        }
    }

    private static void runGuarded(Runnable task) {
        try {
            task.run();
        } catch (Throwable e) {
            LOG.error("task on event loop failed", e);
        }
    }
}
