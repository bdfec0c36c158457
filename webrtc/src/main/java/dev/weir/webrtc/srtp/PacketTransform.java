package dev.weir.webrtc.srtp;

/**
 * Transforms packets of one direction, RTP and RTCP, in place in an array. The caller has checked shape, room and replay.
 * Lengths are of the whole packet.
 */
interface PacketTransform {
    /** Set in the SRTCP index word of an encrypted packet (RFC 3711 section 3.4). */
    int ENCRYPTED = 0x8000_0000;

    /** Encrypts and tags an RTP packet; returns its new length. */
    int sealRtp(byte[] packet, int offset, int length, int headerLength, long index);

    /** Checks and decrypts an RTP packet; returns its new length, or -1 when it is not authentic. */
    int openRtp(byte[] packet, int offset, int length, int headerLength, long index);

    /** Encrypts and tags an RTCP packet and adds the index; returns its new length. */
    int sealRtcp(byte[] packet, int offset, int length, int index);

    /** Checks and decrypts an RTCP packet; returns its new length, or -1 when it is not authentic. */
    int openRtcp(byte[] packet, int offset, int length);

    /** Returns the 31-bit index that a protected RTCP packet carries, not yet authenticated. */
    int rtcpIndex(byte[] packet, int offset, int length);
}
