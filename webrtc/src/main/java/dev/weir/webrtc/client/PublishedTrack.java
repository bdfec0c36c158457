package dev.weir.webrtc.client;

import dev.weir.webrtc.rtcp.RtcpWriter;
import dev.weir.webrtc.rtp.HeaderExtensionWriter;
import dev.weir.webrtc.rtp.HeaderExtensions;
import dev.weir.webrtc.rtp.RtpHeader;
import dev.weir.webrtc.sdp.NegotiatedMedia;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The sending side of one track; on the loop only. */
final class PublishedTrack {
    /** Packets that carry the MID, so that a server can tell the track although it has not seen the SSRC. */
    private static final int PACKETS_WITH_MID = 100;

    private final int payloadType;
    private final int clockRateHz;
    private final int ssrc;
    private final int rtxSsrc;
    private final int rtxPayloadType;
    private final int midExtension;
    private final int transportSequenceExtension;
    private final byte[] mid;
    private final HeaderExtensionWriter extensions = new HeaderExtensionWriter();
    private final SentHistory history = new SentHistory();

    private int nextSequence;
    private int nextRtxSequence;
    private long packets;
    private long octets;
    private long lastTimestamp;
    private long lastSentNanos;
    private boolean reportedByCaller;

    PublishedTrack(NegotiatedMedia media, int ssrc, int rtxSsrc, int firstSequence) {
        Map.Entry<Integer, dev.weir.webrtc.sdp.CodecFormat> chosen =
                media.payloadTypes().entrySet().iterator().next();
        this.payloadType = chosen.getKey();
        this.clockRateHz = chosen.getValue().clockRateHz();
        this.ssrc = ssrc;
        this.rtxSsrc = rtxSsrc;
        this.rtxPayloadType = media.rtxPayloadTypes().entrySet().stream()
                .filter(entry -> entry.getValue() == payloadType)
                .map(Map.Entry::getKey)
                .findFirst()
                .orElse(-1);
        this.midExtension = media.extensionIds().getOrDefault(HeaderExtensions.MID_URI, 0);
        this.transportSequenceExtension = media.extensionIds().getOrDefault(HeaderExtensions.TRANSPORT_SEQUENCE_URI, 0);
        this.mid = media.mid().getBytes(StandardCharsets.UTF_8);
        this.nextSequence = firstSequence;
        this.nextRtxSequence = firstSequence;
    }

    int ssrc() {
        return ssrc;
    }

    int rtxSsrc() {
        return rtxSsrc;
    }

    boolean hasSent() {
        return packets > 0;
    }

    long packets() {
        return packets;
    }

    long octets() {
        return octets;
    }

    /** Tells whether packets carry a transport-wide sequence number. */
    boolean isNumberedTransportWide() {
        return transportSequenceExtension != 0;
    }

    /** Writes the next packet into {@code out}, which becomes ready to send. */
    void write(SentPacket packet, int transportSequence, ByteBuffer out, long nowNanos) {
        int sequence = packet.sequenceNumber(nextSequence);
        nextSequence = (sequence + 1) & 0xFFFF;
        out.clear();
        RtpHeader.write(out, packet.marker(), payloadType, sequence, packet.timestamp(), ssrc);
        writeExtensions(packets < PACKETS_WITH_MID, transportSequence, out);
        out.put(packet.payload()).flip();
        history.add(sequence, packet);
        packets++;
        octets += packet.payload().length;
        lastTimestamp = packet.timestamp();
        lastSentNanos = nowNanos;
    }

    /** Writes a retransmission (RFC 4588 section 4); false when the packet is gone or RTX was not agreed on. */
    boolean writeRetransmission(int sequenceNumber, int transportSequence, ByteBuffer out) {
        @Nullable SentPacket packet = history.find(sequenceNumber);
        if (packet == null || rtxPayloadType < 0) {
            return false;
        }
        out.clear();
        RtpHeader.write(out, packet.marker(), rtxPayloadType, nextRtxSequence, packet.timestamp(), rtxSsrc);
        nextRtxSequence = (nextRtxSequence + 1) & 0xFFFF;
        writeExtensions(true, transportSequence, out);
        out.putShort((short) sequenceNumber).put(packet.payload()).flip();
        return true;
    }

    /** Tells whether the caller says what the media clock shows. */
    boolean isReportedByCaller() {
        return reportedByCaller;
    }

    /** Writes a sender report with the caller's clock relation; ours are not wanted from now on. */
    void writeReport(ByteBuffer out, byte[] cname, long ntpTimestamp, long rtpTimestamp) {
        reportedByCaller = true;
        out.clear();
        RtcpWriter.senderReport(out, ssrc, ntpTimestamp, rtpTimestamp, packets, octets);
        RtcpWriter.sdesCname(out, ssrc, cname);
        out.flip();
    }

    /** Writes a sender report that says what the media clock shows at {@code nowNanos}, and our CNAME. */
    void writeOwnReport(ByteBuffer out, byte[] cname, long nowNanos, long wallMicros) {
        long elapsedTicks = (nowNanos - lastSentNanos) / 1_000 * clockRateHz / 1_000_000;
        out.clear();
        RtcpWriter.senderReport(out, ssrc, NtpTime.ofMicros(wallMicros), lastTimestamp + elapsedTicks, packets, octets);
        RtcpWriter.sdesCname(out, ssrc, cname);
        out.flip();
    }

    private void writeExtensions(boolean named, int transportSequence, ByteBuffer out) {
        boolean withMid = named && midExtension != 0;
        if (!withMid && transportSequenceExtension == 0) {
            return;
        }
        extensions.begin(out, false);
        if (withMid) {
            extensions.add(midExtension, mid);
        }
        if (transportSequenceExtension != 0) {
            extensions.addUnsigned(transportSequenceExtension, transportSequence, 2);
        }
        extensions.end();
    }
}
