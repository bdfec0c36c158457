package dev.weir.gateway.egress;

import java.nio.ByteBuffer;

/** Takes plain packets on their way to a viewer. Buffers are borrowed until return and have room for protection behind. */
public interface MediaSink {
    /** Protects {@code packet} in place and sends it; false when it was not sent. */
    boolean sendRtp(ByteBuffer packet, long nowNanos);

    /** Sends again what {@link #sendRtp} made of a packet. */
    boolean resendRtp(ByteBuffer protectedPacket, long nowNanos);

    /** Protects {@code compound} in place and sends it. */
    boolean sendRtcp(ByteBuffer compound, long nowNanos);

    /**
     * Returns a buffer of 2,048 bytes to put packets together in. Viewers on one thread may have the same, so that it stays in
     * the cache: what is in it does not outlive a call.
     */
    default ByteBuffer packetBuffer() {
        return ByteBuffer.allocate(2_048);
    }
}
