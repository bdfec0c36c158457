package dev.weir.webrtc.transport;

import dev.weir.webrtc.ice.FiveTuple;
import dev.weir.webrtc.srtp.SrtpProfile;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.util.Optional;

/**
 * Carries RTP and RTCP to and from one peer: demultiplexing (RFC 7983) over ICE, DTLS-SRTP (RFC 5764) and SRTP. Everything
 * on the loop that it is registered with, unless said otherwise.
 *
 * <p>Life: construct (any thread), {@code EventLoop.register}, … {@link #close} or the peer's end, then {@code onClosed}.
 */
@SuppressWarnings("DoNotCallSuggester")
public final class PeerTransport implements Endpoint {
    public PeerTransport(TransportConfig config, TransportListener listener) {
        throw new UnsupportedOperationException("soon");
    }

    /** Adds a candidate of the peer, as in SDP after {@code a=}; a lite agent ignores it. */
    public void addRemoteCandidate(String candidate) {}

    /**
     * Sends a plain RTP packet: protects it in place, so {@code packet} needs {@code SrtpProtector.MAX_OVERHEAD} bytes of
     * room behind its limit and is spoilt afterwards. Returns false when it was not sent: not CONNECTED, malformed, or its
     * SSRC and sequence number were sent before.
     */
    public boolean sendRtp(ByteBuffer packet, long nowNanos) {
        throw new UnsupportedOperationException("soon");
    }

    /** Sends a plain compound RTCP packet; else as {@link #sendRtp}. */
    public boolean sendRtcp(ByteBuffer compound, long nowNanos) {
        throw new UnsupportedOperationException("soon");
    }

    /** Returns the state; from any thread. */
    public TransportState state() {
        throw new UnsupportedOperationException("soon");
    }

    /** Sends close_notify, stops answering checks, tells the listener. Idempotent. */
    public void close(CloseReason reason, long nowNanos) {
        throw new UnsupportedOperationException("soon");
    }

    /** Returns the peer's address on the pair in use; from any thread. */
    public Optional<InetSocketAddress> remoteAddress() {
        throw new UnsupportedOperationException("soon");
    }

    /** Returns the negotiated profile once CONNECTED; from any thread. */
    public Optional<SrtpProfile> srtpProfile() {
        throw new UnsupportedOperationException("soon");
    }

    /** Returns the counters so far. */
    public TransportStats stats() {
        throw new UnsupportedOperationException("soon");
    }

    @Override
    public void attach(EndpointContext context, long nowNanos) {}

    @Override
    public void handle(ByteBuffer datagram, FiveTuple path, long nowNanos) {}

    @Override
    public long nextDeadlineNanos() {
        return Long.MAX_VALUE;
    }

    @Override
    public void onTimeout(long nowNanos) {}

    @Override
    public void onFailure(Throwable failure, long nowNanos) {}
}
