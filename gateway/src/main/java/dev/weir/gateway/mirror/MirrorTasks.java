package dev.weir.gateway.mirror;

import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executor;

/**
 * Brings what other threads have to tell to the mirror thread, in order: one queue for all streams, so that a turn looks at
 * one and not at several per stream.
 */
final class MirrorTasks implements Executor {
    private final Queue<Runnable> waiting = new ConcurrentLinkedQueue<>();

    /** Any thread. */
    @Override
    public void execute(Runnable task) {
        waiting.add(task);
    }

    /** Runs what waits; mirror thread. */
    void runAll() {
        for (Runnable task = waiting.poll(); task != null; task = waiting.poll()) {
            task.run();
        }
    }
}
