package dev.weir.webrtc.net;

import org.jspecify.annotations.Nullable;

/**
 * A task of a session that waits for its time again and again, in one object for all its waits. On the session's loop, once
 * that is settled.
 */
public final class HomeTimer {
    private final HomeLoop home;
    private final Runnable task;
    private TimerWheel.@Nullable Timer timer;

    HomeTimer(HomeLoop home, Runnable task) {
        this.home = home;
        this.task = task;
    }

    /** Runs the task once after {@code delayNanos}, and not when it waited for before. */
    public void start(long delayNanos) {
        EventLoop loop = home.loop();
        long dueNanos = loop.nowNanos() + delayNanos;
        TimerWheel.Timer present = timer;
        if (present == null) {
            timer = loop.addTimer(dueNanos, task);
        } else {
            loop.restartTimer(present, dueNanos, task);
        }
    }

    /** Keeps the task from running until the next {@link #start}. */
    public void cancel() {
        TimerWheel.Timer present = timer;
        if (present != null) {
            present.cancel();
        }
    }
}
