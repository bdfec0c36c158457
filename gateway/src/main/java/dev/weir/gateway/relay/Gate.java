package dev.weir.gateway.relay;

import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * Keeps the publishers of a stream apart without a lock on a packet's way: one who publishes only marks that it is inside, and
 * whoever closes its gate waits until it has left, for a packet at most. The thread that publishes enters and leaves; any
 * thread opens and closes, one at a time.
 */
final class Gate {
    private static final long PAUSE_NANOS = 20_000;

    private final AtomicReference<@Nullable Thread> inside = new AtomicReference<>();
    private volatile boolean open;
    /** How often the thread inside has entered again; its own. */
    private int nested;

    /** Returns whether the gate is open; then {@link #leave} must follow. May be called again inside. */
    boolean enter() {
        Thread caller = Thread.currentThread();
        if (inside.getPlain() == caller) {
            if (open) {
                nested++;
            }
            return open;
        }
        inside.set(caller);
        if (open) {
            return true;
        }
        inside.setRelease(null);
        return false;
    }

    void leave() {
        if (nested > 0) {
            nested--;
        } else {
            inside.setRelease(null);
        }
    }

    /** Lets its publisher in; it sees all that the caller did before. */
    void open() {
        open = true;
    }

    /** Lets nobody in any more; when this returns, nobody but the caller is inside, and the caller sees all that was done. */
    void close() {
        open = false;
        Thread other = inside.get();
        while (other != null && other != Thread.currentThread()) {
            LockSupport.parkNanos(PAUSE_NANOS);
            other = inside.get();
        }
    }
}
