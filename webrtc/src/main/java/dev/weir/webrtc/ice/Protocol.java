package dev.weir.webrtc.ice;

/** Names what carries the datagrams of a path. */
public enum Protocol {
    UDP,
    /** A connection that the peer opened to us (RFC 6544), each datagram framed by its length (RFC 4571). */
    TCP
}
