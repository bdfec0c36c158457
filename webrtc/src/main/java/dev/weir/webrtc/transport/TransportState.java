package dev.weir.webrtc.transport;

/** Lists the states of a {@link PeerTransport}, in the only order in which they occur. */
public enum TransportState {
    NEW,
    /** Attached to a loop; no authenticated STUN check yet. */
    CHECKING,
    /** A pair is validated; DTLS may flow. */
    HANDSHAKING,
    /** Keys are there and the peer's fingerprint is the one of its description. */
    CONNECTED,
    CLOSED
}
