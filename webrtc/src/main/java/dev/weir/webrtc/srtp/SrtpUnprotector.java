package dev.weir.webrtc.srtp;

import java.nio.ByteBuffer;

/**
 * Authenticates and decrypts inbound packets of one direction in place (RFC 3711, RFC 7714). One thread. State for an SSRC
 * exists only once a packet of it was authentic.
 */
public final class SrtpUnprotector {
    private final PacketTransform transform;
    private final int rtpOverhead;
    private final int rtcpOverhead;
    private final StreamTable rtpStreams = new StreamTable();
    private final StreamTable rtcpStreams = new StreamTable();

    /** Keeps no reference to the arrays. */
    public SrtpUnprotector(SrtpProfile profile, byte[] masterKey, byte[] masterSalt) {
        this(profile, masterKey, masterSalt, SrtpCiphers.inUse());
    }

    /** As {@link #SrtpUnprotector(SrtpProfile, byte[], byte[])}, with ciphers of the caller's choice. */
    public SrtpUnprotector(SrtpProfile profile, byte[] masterKey, byte[] masterSalt, SrtpCiphers ciphers) {
        transform = profile.transform(masterKey, masterSalt, ciphers);
        rtpOverhead = profile.rtpTagLength();
        rtcpOverhead = profile.rtcpTagLength() + 4;
    }

    /** On {@link UnprotectResult#OK} the packet is plain and the limit moved back; else its content is undefined. */
    public UnprotectResult unprotectRtp(ByteBuffer packet) {
        byte[] array = packet.array();
        int offset = packet.arrayOffset() + packet.position();
        int length = packet.remaining();
        int headerLength = RtpShape.headerLength(array, offset, length - rtpOverhead);
        if (headerLength < 0) {
            return UnprotectResult.TOO_SHORT;
        }
        int ssrc = RtpShape.int32(array, offset + 8);
        ReplayWindow window = rtpStreams.find(ssrc);
        long index = StreamTable.estimateIndex(window, RtpShape.uint16(array, offset + 2));
        if (index < 0 || (window != null && !window.isFresh(index))) {
            return UnprotectResult.REPLAYED;
        }
        if (window == null && rtpStreams.isFull()) {
            return UnprotectResult.TOO_MANY_STREAMS;
        }
        int opened = transform.openRtp(array, offset, length, headerLength, index);
        if (opened < 0) {
            return UnprotectResult.AUTHENTICATION_FAILED;
        }
        (window == null ? rtpStreams.add(ssrc) : window).mark(index);
        packet.limit(packet.position() + opened);
        return UnprotectResult.OK;
    }

    /** As {@link #unprotectRtp}, for a compound RTCP packet. */
    public UnprotectResult unprotectRtcp(ByteBuffer packet) {
        byte[] array = packet.array();
        int offset = packet.arrayOffset() + packet.position();
        int length = packet.remaining();
        if (!RtpShape.isRtcp(array, offset, length - rtcpOverhead)) {
            return UnprotectResult.TOO_SHORT;
        }
        int ssrc = RtpShape.int32(array, offset + 4);
        int index = transform.rtcpIndex(array, offset, length);
        ReplayWindow window = rtcpStreams.find(ssrc);
        if (window != null && !window.isFresh(index)) {
            return UnprotectResult.REPLAYED;
        }
        if (window == null && rtcpStreams.isFull()) {
            return UnprotectResult.TOO_MANY_STREAMS;
        }
        int opened = transform.openRtcp(array, offset, length);
        if (opened < 0) {
            return UnprotectResult.AUTHENTICATION_FAILED;
        }
        (window == null ? rtcpStreams.add(ssrc) : window).mark(index);
        packet.limit(packet.position() + opened);
        return UnprotectResult.OK;
    }
}
