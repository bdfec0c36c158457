package dev.weir.webrtc.net;

import dev.weir.webrtc.transport.CloseReason;
import dev.weir.webrtc.transport.TransportListener;
import dev.weir.webrtc.transport.TransportState;
import java.nio.ByteBuffer;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** Lets a test's thread await what a transport tells on its loop. */
final class RecordingListener implements TransportListener {
    private static final long LIMIT_SECONDS = 20;

    private final CountDownLatch connected = new CountDownLatch(1);
    private final CountDownLatch closed = new CountDownLatch(1);
    private final BlockingQueue<byte[]> rtp = new LinkedBlockingQueue<>();
    private final BlockingQueue<byte[]> rtcp = new LinkedBlockingQueue<>();
    private volatile @Nullable CloseReason reason;

    @Override
    public void onState(TransportState state, long nowNanos) {
        if (state == TransportState.CONNECTED) {
            connected.countDown();
        }
    }

    @Override
    public void onRtp(ByteBuffer packet, long nowNanos) {
        rtp.add(copy(packet));
    }

    @Override
    public void onRtcp(ByteBuffer compound, long nowNanos) {
        rtcp.add(copy(compound));
    }

    private static byte[] copy(ByteBuffer buffer) {
        byte[] bytes = new byte[buffer.remaining()];
        buffer.get(buffer.position(), bytes);
        return bytes;
    }

    @Override
    public void onClosed(CloseReason why, long nowNanos) {
        reason = why;
        closed.countDown();
    }

    boolean awaitConnected() throws InterruptedException {
        return connected.await(LIMIT_SECONDS, TimeUnit.SECONDS);
    }

    boolean isConnected() {
        return connected.getCount() == 0;
    }

    CloseReason awaitClosed() throws InterruptedException {
        if (!closed.await(LIMIT_SECONDS, TimeUnit.SECONDS) || reason == null) {
            throw new AssertionError("not closed in time");
        }
        return reason;
    }

    byte[] awaitRtp() throws InterruptedException {
        return await(rtp);
    }

    byte[] awaitRtcp() throws InterruptedException {
        return await(rtcp);
    }

    private static byte[] await(BlockingQueue<byte[]> queue) throws InterruptedException {
        byte[] bytes = queue.poll(LIMIT_SECONDS, TimeUnit.SECONDS);
        if (bytes == null) {
            throw new AssertionError("nothing arrived in time");
        }
        return bytes;
    }
}
