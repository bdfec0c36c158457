package dev.weir.webrtc.net;

import org.jspecify.annotations.Nullable;

/** The thread of one loop, by which others tell on which loop they run. */
final class LoopThread extends Thread {
    private final EventLoop loop;

    LoopThread(EventLoop loop, String name) {
        super(loop::run, name);
        this.loop = loop;
    }

    /** Returns the loop that the caller runs on, null on any other thread. */
    static @Nullable EventLoop loopOfCaller() {
        return Thread.currentThread() instanceof LoopThread caller ? caller.loop : null;
    }

    /** Returns the monotonic time: that of its turn or datagram to a caller that is a loop, whatever its own loop. */
    static long nowNanos() {
        EventLoop caller = loopOfCaller();
        return caller == null ? System.nanoTime() : caller.nowNanos();
    }
}
