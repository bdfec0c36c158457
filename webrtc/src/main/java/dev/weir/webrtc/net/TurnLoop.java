package dev.weir.webrtc.net;

/** A loop as those see it who have work for the ends of its turns. */
public interface TurnLoop {
    /** Returns the monotonic time; on the loop, that of the current turn, datagram or peer. */
    long nowNanos();

    /**
     * Returns what makes the loop do {@code task} at the end of its turn: run it for that, from any thread. To run it again
     * before the task was done changes nothing.
     */
    Runnable turnEnd(TurnTask task);
}
