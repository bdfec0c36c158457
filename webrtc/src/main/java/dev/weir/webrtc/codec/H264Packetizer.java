package dev.weir.webrtc.codec;

import java.nio.ByteBuffer;

/**
 * Cuts H264 access units into RTP payloads (RFC 6184, packetization-mode 1): SPS and PPS together in a STAP-A, small NAL
 * units alone, large ones as FU-A. Not thread-safe.
 */
public final class H264Packetizer {
    /** Takes payloads in order. */
    @FunctionalInterface
    public interface PayloadSink {
        /** Takes one payload, borrowed until return; {@code marker} on the last of the access unit. */
        void onPayload(ByteBuffer payload, boolean marker);
    }

    /** Creates a packetizer whose payloads are at most {@code maxPayloadLength} bytes. */
    public H264Packetizer(int maxPayloadLength) {
        throw new UnsupportedOperationException("soon");
    }

    /** Packetizes an access unit of NAL units behind start codes (Annex B). */
    public void packetizeAnnexB(ByteBuffer accessUnit, PayloadSink sink) {
        throw new UnsupportedOperationException("soon");
    }

    /** Packetizes an access unit of NAL units behind 4-byte lengths, as {@link Depacketizer} gives and MP4 stores them. */
    public void packetizeLengthPrefixed(ByteBuffer accessUnit, PayloadSink sink) {
        throw new UnsupportedOperationException("soon");
    }
}
