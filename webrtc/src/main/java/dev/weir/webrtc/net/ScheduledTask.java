package dev.weir.webrtc.net;

/** A task that waits for its time on an {@link EventLoop}. */
public interface ScheduledTask {
    /** Keeps the task from running, if it has not run. From any thread; on the task's loop it is certain. */
    void cancel();
}
