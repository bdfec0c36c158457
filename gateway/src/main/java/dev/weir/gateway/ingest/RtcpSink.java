package dev.weir.gateway.ingest;

import java.nio.ByteBuffer;

/** Takes plain RTCP on its way to the peer. */
@FunctionalInterface
public interface RtcpSink {
    /** Sends {@code compound}, which is borrowed until return, may be changed, and has room for protection behind it. */
    void sendRtcp(ByteBuffer compound, long nowNanos);
}
