package dev.weir.webrtc.dtls;

import java.nio.ByteBuffer;

/** Hears from a {@link DtlsConnection}, on its loop. */
public interface DtlsListener {
    /** Send {@code datagram} to the peer; borrowed until return. */
    void send(ByteBuffer datagram);

    /** The handshake is complete and the peer's certificate is the announced one. */
    void onKeys(DtlsKeys keys);

    /** The connection failed; nothing follows. */
    void onFailure(DtlsFailure failure);

    /** The peer sent close_notify and was answered; nothing follows. */
    void onPeerClosed();
}
