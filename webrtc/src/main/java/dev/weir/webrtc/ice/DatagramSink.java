package dev.weir.webrtc.ice;

import java.nio.ByteBuffer;

/** Takes datagrams on their way out. Owned by one event loop and called on it only. */
public interface DatagramSink {
    /**
     * Sends {@code position()..limit()} of {@code datagram} along {@code path}, now or at the end of this loop turn. The
     * buffer is borrowed until return. A full socket buffer drops the datagram and counts it, as a network would.
     */
    void send(ByteBuffer datagram, FiveTuple path);
}
