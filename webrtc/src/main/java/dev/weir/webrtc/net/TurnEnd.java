package dev.weir.webrtc.net;

import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/** Something that a loop does at the end of a turn for which it was asked; asking costs no allocation. Any thread. */
final class TurnEnd implements Runnable {
    private final EventLoop loop;
    private final TurnTask task;
    private final AtomicBoolean wanted = new AtomicBoolean();
    private long wantedNanos;
    /** The one that was asked for before, while it waits among those of other threads. */
    private @Nullable TurnEnd next;

    TurnEnd(EventLoop loop, TurnTask task) {
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

    /**
     * Begins to do what was asked for, which may be asked for again from now on; returns since when it has been wanted: when the
     * packet was read that waits longest. On the loop.
     */
    long take() {
        long since = wantedNanos;
        wanted.set(false);
        return since;
    }

    TurnTask task() {
        return task;
    }

    void setNext(@Nullable TurnEnd other) {
        next = other;
    }

    @Nullable
    TurnEnd next() {
        return next;
    }
}
