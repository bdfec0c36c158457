package dev.weir.gateway.egress;

import dev.weir.gateway.congestion.BandwidthEstimator;
import dev.weir.gateway.congestion.Pacer;
import dev.weir.webrtc.rtp.HeaderExtensionWriter;
import dev.weir.webrtc.rtp.RtpHeader;
import dev.weir.webrtc.sdp.ExtensionUri;
import dev.weir.webrtc.sdp.NegotiatedMedia;
import java.nio.ByteBuffer;

/**
 * The last step of all tracks of a viewer: numbers packets over the whole transport (draft-holmer-rmcat-transport-wide-cc
 * section 2) where the viewer reports on such numbers, accounts for them, and counts. One thread, no allocation per packet.
 */
final class Wire {
    /** UDP, IP and SRTP's tag around each packet: they take their part of a thin path. */
    private static final int OVERHEAD = 28 + 16;

    private static final int LARGEST_ONE_BYTE_ID = 14;

    private final MediaSink sink;
    private final BandwidthEstimator estimator;
    private final Pacer pacer;
    private final HeaderExtensionWriter extensions = new HeaderExtensionWriter();
    private final ByteBuffer packetBuffer;
    private int transportSequence;
    private byte[] element = {};
    private int elementAt;
    private int elementLength;
    private int elementId = -1;
    private long packets;
    private long bytes;

    Wire(MediaSink sink, BandwidthEstimator estimator, Pacer pacer) {
        this.sink = sink;
        this.estimator = estimator;
        this.pacer = pacer;
        this.packetBuffer = sink.packetBuffer();
    }

    /** Returns where packets are put together; see {@link MediaSink#packetBuffer}. */
    ByteBuffer packetBuffer() {
        return packetBuffer;
    }

    /** Returns the id of the transport-wide sequence number on an m-line, -1 where no feedback on it was agreed on. */
    static int transportExtension(NegotiatedMedia media, int payloadType) {
        int id = media.extensionIds().getOrDefault(ExtensionUri.TRANSPORT_CC, -1);
        return media.hasFeedback(payloadType, "transport-cc") && id <= LARGEST_ONE_BYTE_ID ? id : -1;
    }

    /** Writes the header, with the transport-wide number when {@code extension} is one, at the start of {@code out}. */
    void header(
            ByteBuffer out, boolean marker, int payloadType, long sequence, long timestamp, int ssrc, int extension) {
        out.clear();
        RtpHeader.write(out, marker, payloadType, (int) sequence & 0xFFFF, timestamp, ssrc);
        boolean described = elementId >= 0;
        if (extension >= 0 || described) {
            extensions.begin(out, described);
            if (extension >= 0) {
                extensions.addUnsigned(extension, transportSequence & 0xFFFF, 2);
            }
            if (described) {
                extensions.add(elementId, element, elementAt, elementLength);
                elementId = -1;
            }
            extensions.end();
        }
    }

    /** Adds a header extension to the next {@link #header}; the bytes are read then. */
    void element(int id, byte[] from, int offset, int length) {
        elementId = id;
        element = from;
        elementAt = offset;
        elementLength = length;
    }

    /**
     * Protects and sends a packet that {@link #header} began, with the same {@code extension}; false when it was not sent.
     *
     * @param mark what {@link Repairs} knows it by, or {@link BandwidthEstimator#NO_MARK}
     */
    boolean send(ByteBuffer packet, int payloadLength, int extension, int mark, long nowNanos) {
        if (!sink.sendRtp(packet, nowNanos)) {
            return false;
        }
        int size = packet.remaining() + OVERHEAD;
        if (extension >= 0) {
            transportSequence++;
            estimator.onSent(size, mark, nowNanos);
        }
        count(payloadLength, size);
        return true;
    }

    /** Sends bytes again that are protected already. */
    boolean sendAgain(ByteBuffer protectedPacket, int payloadLength, long nowNanos) {
        int size = protectedPacket.remaining() + OVERHEAD;
        if (!protectedPacket.hasRemaining() || !sink.resendRtp(protectedPacket, nowNanos)) {
            return false;
        }
        count(payloadLength, size);
        return true;
    }

    private void count(int payloadLength, int size) {
        pacer.onSent(size);
        packets++;
        bytes += payloadLength;
    }

    /** Returns how many RTP packets went out, repeats included. */
    long packets() {
        return packets;
    }

    /** Returns their payload bytes. */
    long bytes() {
        return bytes;
    }
}
