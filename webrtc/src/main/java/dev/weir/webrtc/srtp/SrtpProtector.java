package dev.weir.webrtc.srtp;

import java.nio.ByteBuffer;

/** Protects outbound packets of one direction in place (RFC 3711, RFC 7714). One thread. */
public final class SrtpProtector {
    /** Most bytes that a packet grows by: RTCP under GCM, tag and index. Leave this much room behind the limit. */
    public static final int MAX_OVERHEAD = 20;

    private final PacketTransform transform;
    private final int rtpOverhead;
    private final int rtcpOverhead;
    private final StreamTable streams = new StreamTable();
    /** One for all SSRCs: gaps per SSRC are allowed, reuse is not. */
    private int nextRtcpIndex;

    /** Keeps no reference to the arrays. */
    public SrtpProtector(SrtpProfile profile, byte[] masterKey, byte[] masterSalt) {
        this(profile, masterKey, masterSalt, SrtpCiphers.inUse());
    }

    /** As {@link #SrtpProtector(SrtpProfile, byte[], byte[])}, with ciphers of the caller's choice. */
    public SrtpProtector(SrtpProfile profile, byte[] masterKey, byte[] masterSalt, SrtpCiphers ciphers) {
        transform = profile.transform(masterKey, masterSalt, ciphers);
        rtpOverhead = profile.rtpTagLength();
        rtcpOverhead = profile.rtcpTagLength() + 4;
    }

    /**
     * Encrypts the payload, appends the tag, moves the limit. Returns the new length, or -1 when the packet is malformed,
     * lacks room, or reuses an index that was protected before (then the packet is untouched and must not be sent).
     */
    public int protectRtp(ByteBuffer packet) {
        byte[] array = packet.array();
        int offset = packet.arrayOffset() + packet.position();
        int length = packet.remaining();
        int headerLength = RtpShape.headerLength(array, offset, length);
        if (headerLength < 0 || packet.capacity() - packet.limit() < rtpOverhead) {
            return -1;
        }
        int ssrc = RtpShape.int32(array, offset + 8);
        ReplayWindow window = streams.find(ssrc);
        if (window == null) {
            if (streams.isFull()) {
                return -1;
            }
            window = streams.add(ssrc);
        }
        long index = StreamTable.estimateIndex(window, RtpShape.uint16(array, offset + 2));
        // The same key stream for two packets would give both away.
        if (!window.isFresh(index)) {
            return -1;
        }
        int sealed = transform.sealRtp(array, offset, length, headerLength, index);
        window.mark(index);
        packet.limit(packet.position() + sealed);
        return sealed;
    }

    /** Protects a compound RTCP packet; else as {@link #protectRtp}. */
    public int protectRtcp(ByteBuffer packet) {
        byte[] array = packet.array();
        int offset = packet.arrayOffset() + packet.position();
        int length = packet.remaining();
        if (!RtpShape.isRtcp(array, offset, length)
                || packet.capacity() - packet.limit() < rtcpOverhead
                || nextRtcpIndex < 0) {
            return -1;
        }
        int sealed = transform.sealRtcp(array, offset, length, nextRtcpIndex);
        nextRtcpIndex++;
        packet.limit(packet.position() + sealed);
        return sealed;
    }
}
