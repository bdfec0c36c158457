package dev.weir.webrtc.dtls;

/**
 * Describes an SRTP protection profile as far as DTLS must know it (RFC 5764 section 4.1.2).
 *
 * @param id number in the {@code use_srtp} extension
 * @param keyLength length of the master key, bytes
 * @param saltLength length of the master salt, bytes
 */
public record ProtectionProfile(int id, int keyLength, int saltLength) {}
