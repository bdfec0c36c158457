package dev.weir.webrtc.transport;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Keeps what a transport told, for a test in virtual time. */
final class RecordedEvents implements TransportListener {
    final List<TransportState> states = new ArrayList<>();
    final List<byte[]> rtp = new ArrayList<>();
    final List<byte[]> rtcp = new ArrayList<>();
    int closings;

    @Nullable
    CloseReason reason;

    @Override
    public void onState(TransportState state, long nowNanos) {
        states.add(state);
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
        closings++;
        reason = why;
    }

    boolean wasConnected() {
        return states.contains(TransportState.CONNECTED);
    }
}
