package dev.weir.webrtc.dtls;

/** Names the part that we play in the DTLS handshake (RFC 5763 section 5: {@code a=setup}). */
public enum DtlsRole {
    /** We send the ClientHello ({@code a=setup:active}). */
    CLIENT,
    /** We wait for it ({@code a=setup:passive}). */
    SERVER
}
