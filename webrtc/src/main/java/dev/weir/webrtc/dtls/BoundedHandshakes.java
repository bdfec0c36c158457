package dev.weir.webrtc.dtls;

import java.util.concurrent.Executor;
import java.util.concurrent.Semaphore;

/**
 * Lets a few handshakes compute at a time, however many are under way: those that wait for their peer's next flight do not
 * count. So a storm of joins leaves processors to the media. Places are given in the order of asking. Any thread.
 */
public final class BoundedHandshakes implements HandshakeExecutor {
    private final Executor threads;
    private final Semaphore places;
    private volatile boolean used;

    /**
     * Runs handshakes on {@code threads}, of which each takes one while it lasts.
     *
     * @param atWork most of them that compute at a time
     */
    public BoundedHandshakes(Executor threads, int atWork) {
        this.threads = threads;
        this.places = new Semaphore(atWork, true);
    }

    @Override
    public void execute(Runnable handshake) {
        used = true;
        threads.execute(() -> {
            places.acquireUninterruptibly();
            try {
                handshake.run();
            } finally {
                places.release();
            }
        });
    }

    /** Returns whether a handshake was ever asked for. */
    public boolean isUsed() {
        return used;
    }

    @Override
    public DatagramInbox newInbox() {
        return new BlockingInbox(places::release, places::acquireUninterruptibly);
    }
}
