package dev.weir.webrtc.srtp;

/** HMAC-SHA1 (RFC 2104) under one key. One thread. */
interface PacketMac {
    int DIGEST_LENGTH = 20;

    /** Writes the digest of {@code length} bytes followed by {@code more}, at most 4 bytes, to {@code digest}. */
    void digest(byte[] bytes, int offset, int length, byte[] more, byte[] digest);
}
