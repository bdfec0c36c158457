package dev.weir.webrtc.transport;

import java.nio.ByteBuffer;

/** Hears from a {@link PeerTransport}, on its loop. Buffers are borrowed until return. */
public interface TransportListener {
    /** The transport entered {@code state}. */
    default void onState(TransportState state, long nowNanos) {}

    /** An authenticated RTP packet arrived, decrypted; header not yet checked beyond its fixed part. */
    default void onRtp(ByteBuffer plainPacket, long nowNanos) {}

    /** An authenticated compound RTCP packet arrived, decrypted. */
    default void onRtcp(ByteBuffer plainCompound, long nowNanos) {}

    /** The transport closed; called exactly once, after {@code onState(CLOSED)}. The endpoint is off its loop then. */
    default void onClosed(CloseReason reason, long nowNanos) {}
}
