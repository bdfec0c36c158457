package dev.weir.webrtc.net;

import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/** Something that a loop does at the end of a turn for which it was asked; asking costs no allocation. Any thread. */
final class TurnEnd implements Runnable {
    private final EventLoop loop;
    private final Runnable task;
    private final AtomicBoolean wanted = new AtomicBoolean();
    private long wantedNanos;
    /** The one that was asked for before, while it waits among those of other threads. */
    private @Nullable TurnEnd next;

    TurnEnd(EventLoop loop, Runnable task) {
        this.loop = loop;
        this.task = task;
    }

    /** Asks for the task; no-op while it waits already. */
    @Override
    public void run() {
        if (!wanted.get() && wanted.compareAndSet(false, true)) {
            wantedNanos = LoopThread.nowNanos();
            loop.addTurnEnd(this);
        }
    }

    /** Returns since when the task has been wanted: when the packet was read that waits longest. On the loop. */
    long perform() {
        long since = wantedNanos;
        wanted.set(false);
        task.run();
        return since;
    }

    void setNext(@Nullable TurnEnd other) {
        next = other;
    }

    @Nullable
    TurnEnd next() {
        return next;
    }
}
