package dev.weir.webrtc.transport;

import dev.weir.webrtc.dtls.DatagramInbox;
import dev.weir.webrtc.dtls.HandshakeExecutor;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Lets blocking handshakes take part in virtual time: each has a thread, but the simulation goes on only while all of them
 * wait at their inboxes. A wait ends by a datagram or when virtual time has passed.
 *
 * <p>BouncyCastle measures its waits by the wall clock too, so a wait that ends without a datagram also sleeps that long.
 */
final class VirtualHandshakes implements HandshakeExecutor {
    /** The wait asked for is short by the real milliseconds that passed meanwhile; rounding makes runs repeatable. */
    private static final int GRAIN_MILLIS = 20;

    private final Object lock = new Object();
    private final List<Inbox> inboxes = new ArrayList<>();
    private int running;
    private long nowNanos;

    @Override
    public void execute(Runnable task) {
        synchronized (lock) {
            running++;
        }
        Thread thread = new Thread(
                () -> {
                    try {
                        task.run();
                    } finally {
                        stopped();
                    }
                },
                "virtual-handshake");
        thread.setDaemon(true);
        thread.start();
    }

    @Override
    public DatagramInbox newInbox() {
        Inbox inbox = new Inbox();
        synchronized (lock) {
            inboxes.add(inbox);
        }
        return inbox;
    }

    private void stopped() {
        synchronized (lock) {
            running--;
            lock.notifyAll();
        }
    }

    /** Returns once every handshake waits or is over. */
    void settle() {
        synchronized (lock) {
            awaitUntil(() -> running == 0);
        }
    }

    /** Waits with the lock held; also frees the threads of a simulation that was abandoned. */
    private void awaitUntil(BooleanSupplier condition) {
        long giveUp = System.nanoTime() + 60_000_000_000L;
        try {
            while (!condition.getAsBoolean()) {
                if (System.nanoTime() - giveUp > 0) {
                    throw new IllegalStateException("a handshake neither waits nor ends");
                }
                lock.wait(1_000);
            }
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    void advance(long toNanos) {
        synchronized (lock) {
            nowNanos = toNanos;
        }
    }

    /** Returns when the next wait ends; {@code Long.MAX_VALUE} = none. */
    long nextDeadlineNanos() {
        synchronized (lock) {
            long next = Long.MAX_VALUE;
            for (Inbox inbox : inboxes) {
                if (inbox.waiting) {
                    next = Math.min(next, inbox.deadlineNanos);
                }
            }
            return next;
        }
    }

    /** Ends the waits that are due. */
    void expire() {
        synchronized (lock) {
            for (Inbox inbox : inboxes) {
                if (inbox.waiting && inbox.deadlineNanos <= nowNanos) {
                    inbox.wake();
                }
            }
        }
    }

    private final class Inbox implements DatagramInbox {
        private final ArrayDeque<byte[]> queue = new ArrayDeque<>();
        private boolean waiting;
        private boolean closed;
        private long deadlineNanos;

        @Override
        public void put(byte[] datagram) {
            synchronized (lock) {
                queue.add(datagram);
                wake();
            }
        }

        @Override
        public byte @Nullable [] poll() {
            synchronized (lock) {
                return queue.poll();
            }
        }

        @Override
        public byte @Nullable [] take(int waitMillis) throws IOException {
            synchronized (lock) {
                if (queue.isEmpty() && !closed) {
                    int rounded = (waitMillis + GRAIN_MILLIS - 1) / GRAIN_MILLIS * GRAIN_MILLIS;
                    deadlineNanos = nowNanos + rounded * 1_000_000L;
                    waiting = true;
                    running--;
                    lock.notifyAll();
                    awaitUntil(() -> !waiting);
                }
                if (closed) {
                    throw new IOException("closed");
                }
                byte[] datagram = queue.poll();
                if (datagram != null) {
                    return datagram;
                }
            }
            sleepReally(waitMillis);
            return null;
        }

        private void sleepReally(int millis) throws IOException {
            try {
                Thread.sleep(millis);
            } catch (InterruptedException e) {
                throw new IOException(e);
            }
        }

        @Override
        public void close() {
            synchronized (lock) {
                closed = true;
                wake();
            }
        }

        private void wake() {
            if (waiting) {
                waiting = false;
                running++;
                lock.notifyAll();
            }
        }
    }
}
