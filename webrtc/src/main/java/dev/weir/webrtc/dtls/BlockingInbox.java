package dev.weir.webrtc.dtls;

import java.io.IOException;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** Waits in real time, and tells when the wait begins and when it is over. */
final class BlockingInbox implements DatagramInbox {
    /** More than two full flights of the largest handshake seen (a post-quantum ClientHello takes two datagrams). */
    private static final int CAPACITY = 64;

    private static final byte[] CLOSED = {};

    private final BlockingQueue<byte[]> queue = new ArrayBlockingQueue<>(CAPACITY);
    private final Runnable beforeWait;
    private final Runnable afterWait;
    private volatile boolean closed;

    BlockingInbox(Runnable beforeWait, Runnable afterWait) {
        this.beforeWait = beforeWait;
        this.afterWait = afterWait;
    }

    @Override
    public void put(byte[] datagram) {
        // Full: dropped, the peer sends its flight again.
        boolean unused = queue.offer(datagram);
    }

    @Override
    public byte @Nullable [] poll() {
        return queue.poll();
    }

    @Override
    public byte @Nullable [] take(int waitMillis) throws IOException {
        beforeWait.run();
        try {
            byte[] datagram = closed ? CLOSED : queue.poll(Math.max(1, waitMillis), TimeUnit.MILLISECONDS);
            if (datagram == CLOSED || closed) {
                throw new IOException("closed");
            }
            return datagram;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", e);
        } finally {
            afterWait.run();
        }
    }

    @Override
    public void close() {
        closed = true;
        queue.clear();
        boolean unused = queue.offer(CLOSED);
    }
}
