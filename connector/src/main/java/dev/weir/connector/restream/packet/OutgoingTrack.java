package dev.weir.connector.restream.packet;

import dev.weir.schemas.LogPacket;
import dev.weir.schemas.SenderReport;
import dev.weir.webrtc.rtcp.RtcpWriter;
import dev.weir.webrtc.rtp.RtpHeader;
import dev.weir.webrtc.srtp.SrtpProtector;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.OptionalLong;

/**
 * One track as receivers see it: one SSRC for ever, and sequence numbers and timestamps that go on when the publisher
 * changes. Gaps and order within a source stay as they were in the log.
 */
final class OutgoingTrack {
    private static final byte[] CNAME = "weir".getBytes(StandardCharsets.UTF_8);
    private static final int REPORT_LENGTH = 64;
    private static final int HEADER_LENGTH = 12;

    /** The numbers that a packet gets, unwrapped. */
    record Numbers(long sequence, long timestamp) {}

    private final int payloadType;
    private final int clockRateHz;
    private final int ssrc;

    private boolean started;
    private int sourceSsrc;
    private long sequenceOffset;
    private long timestampOffset;
    private long highestSequence;
    private long lastTimestamp;
    private long lastArrivalMicros;
    private long packets;
    private long octets;

    OutgoingTrack(int payloadType, int clockRateHz, int ssrc) {
        this.payloadType = payloadType;
        this.clockRateHz = clockRateHz;
        this.ssrc = ssrc;
    }

    int clockRateHz() {
        return clockRateHz;
    }

    /** Forgets the source, because another publisher comes or media was skipped. */
    void newSource() {
        sourceSsrc = 0;
        started = false;
    }

    /** Numbers the next packet. */
    Numbers number(LogPacket packet) {
        if (!started || sourceSsrc != packet.ssrc()) {
            follow(packet);
        }
        long sequence = packet.extendedSequence() + sequenceOffset;
        long timestamp = packet.extendedTimestamp() + timestampOffset;
        highestSequence = Math.max(highestSequence, sequence);
        lastTimestamp = timestamp;
        lastArrivalMicros = packet.arrivalMicros();
        packets++;
        octets += packet.payload().remaining();
        return new Numbers(sequence, timestamp);
    }

    private void follow(LogPacket first) {
        long elapsedTicks =
                packets == 0 ? 0 : Math.max(1, (first.arrivalMicros() - lastArrivalMicros) * clockRateHz / 1_000_000);
        sequenceOffset = highestSequence + 1 - first.extendedSequence();
        timestampOffset = lastTimestamp + elapsedTicks - first.extendedTimestamp();
        sourceSsrc = first.ssrc();
        started = true;
    }

    /** Returns the packet as it is sent, with room behind it for SRTP. */
    ByteBuffer rtp(LogPacket packet, Numbers numbers) {
        ByteBuffer out = ByteBuffer.allocate(HEADER_LENGTH + packet.payload().remaining() + SrtpProtector.MAX_OVERHEAD);
        RtpHeader.write(
                out,
                packet.marker(),
                payloadType,
                (int) numbers.sequence() & 0xFFFF,
                numbers.timestamp() & 0xFFFF_FFFFL,
                ssrc);
        return out.put(packet.payload().duplicate()).flip();
    }

    /** Returns the publisher's time stamp in our numbers; empty before the first packet. */
    OptionalLong timestamp(SenderReport report) {
        return started ? OptionalLong.of(report.extendedTimestamp() + timestampOffset) : OptionalLong.empty();
    }

    /** Returns a sender report with the publisher's clock, with room behind it for SRTCP. */
    ByteBuffer rtcp(SenderReport report, long timestamp) {
        ByteBuffer out = ByteBuffer.allocate(REPORT_LENGTH + SrtpProtector.MAX_OVERHEAD);
        RtcpWriter.senderReport(out, ssrc, report.ntpTimestamp(), timestamp & 0xFFFF_FFFFL, packets, octets);
        RtcpWriter.sdesCname(out, ssrc, CNAME);
        return out.flip();
    }
}
