package dev.weir.webrtc.rtcp;

import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * Reads a compound RTCP packet (RFC 3550 section 6.1, reduced-size by RFC 5506 too) and calls a handler for each thing it
 * says. Never throws on network bytes, and the calls are bounded by the packet's size. Unknown packet types are skipped.
 */
public final class RtcpReader {
    private static final int FIRST_TYPE = 192;
    private static final int LAST_TYPE = 223;
    private static final int MAX_EXPONENT = 45;

    private RtcpReader() {}

    /**
     * Tells whether a datagram in the RTP range (first byte 128 to 191) is RTCP, by its packet type 192 to 223 (RFC 5761
     * section 4).
     */
    public static boolean isRtcp(ByteBuffer datagram) {
        if (datagram.remaining() < 2) {
            return false;
        }
        int type = datagram.get(datagram.position() + 1) & 0xFF;
        return type >= FIRST_TYPE && type <= LAST_TYPE;
    }

    /** Reads all packets of {@code compound}; false when it is malformed, with what came before already reported. */
    public static boolean read(ByteBuffer compound, RtcpHandler handler) {
        int at = compound.position();
        int limit = compound.limit();
        if (at == limit) {
            return false;
        }
        while (at < limit) {
            if (limit - at < RtcpType.HEADER_LENGTH) {
                return false;
            }
            int first = compound.get(at) & 0xFF;
            int end = at + 4 * (1 + unsignedShort(compound, at + 2));
            if (first >>> 6 != 2 || end > limit) {
                return false;
            }
            int contentEnd = end;
            if ((first & 0x20) != 0) {
                int padding = compound.get(end - 1) & 0xFF;
                contentEnd -= padding;
                if (padding == 0 || contentEnd < at + RtcpType.HEADER_LENGTH) {
                    return false;
                }
            }
            if (!readPacket(compound, at, contentEnd, first & 0x1F, handler)) {
                return false;
            }
            at = end;
        }
        return true;
    }

    private static boolean readPacket(ByteBuffer in, int at, int end, int countOrFormat, RtcpHandler handler) {
        return switch (in.get(at + 1) & 0xFF) {
            case RtcpType.SENDER_REPORT -> readSenderReport(in, at, end, countOrFormat, handler);
            case RtcpType.RECEIVER_REPORT ->
                end - at >= 8 && readBlocks(in, at + 8, end, in.getInt(at + 4), countOrFormat, handler);
            case RtcpType.BYE -> readBye(in, at + RtcpType.HEADER_LENGTH, end, countOrFormat, handler);
            case RtcpType.TRANSPORT_FEEDBACK ->
                end - at >= RtcpType.FEEDBACK_HEADER_LENGTH && readTransportLayer(in, at, end, countOrFormat, handler);
            case RtcpType.PAYLOAD_FEEDBACK ->
                end - at >= RtcpType.FEEDBACK_HEADER_LENGTH && readPayloadSpecific(in, at, end, countOrFormat, handler);
            default -> true;
        };
    }

    private static boolean readSenderReport(ByteBuffer in, int at, int end, int blocks, RtcpHandler handler) {
        int info = at + 8;
        if (end - info < RtcpType.SENDER_INFO_LENGTH) {
            return false;
        }
        int ssrc = in.getInt(at + 4);
        handler.onSenderReport(
                ssrc,
                in.getLong(info),
                unsignedInt(in, info + 8),
                unsignedInt(in, info + 12),
                unsignedInt(in, info + 16));
        return readBlocks(in, info + RtcpType.SENDER_INFO_LENGTH, end, ssrc, blocks, handler);
    }

    private static boolean readBlocks(
            ByteBuffer in, int start, int end, int reporterSsrc, int blocks, RtcpHandler handler) {
        if (end - start < blocks * RtcpType.REPORT_BLOCK_LENGTH) {
            return false;
        }
        for (int i = 0; i < blocks; i++) {
            int at = start + i * RtcpType.REPORT_BLOCK_LENGTH;
            int lost = in.getInt(at + 4);
            handler.onReportBlock(
                    reporterSsrc,
                    in.getInt(at),
                    lost >>> 24,
                    lost << 8 >> 8,
                    unsignedInt(in, at + 8),
                    unsignedInt(in, at + 12),
                    unsignedInt(in, at + 16),
                    unsignedInt(in, at + 20));
        }
        return true;
    }

    private static boolean readBye(ByteBuffer in, int start, int end, int sources, RtcpHandler handler) {
        if (end - start < 4 * sources) {
            return false;
        }
        for (int i = 0; i < sources; i++) {
            handler.onBye(in.getInt(start + 4 * i));
        }
        return true;
    }

    private static boolean readTransportLayer(ByteBuffer in, int at, int end, int format, RtcpHandler handler) {
        int body = at + RtcpType.FEEDBACK_HEADER_LENGTH;
        if (format == RtcpType.FORMAT_NACK) {
            int mediaSsrc = in.getInt(at + 8);
            for (int entry = body; entry + 4 <= end; entry += 4) {
                readNack(mediaSsrc, unsignedShort(in, entry), unsignedShort(in, entry + 2), handler);
            }
        } else if (format == RtcpType.FORMAT_TRANSPORT_WIDE) {
            @Nullable TransportFeedback feedback = TransportFeedbackReader.read(in, body, end);
            if (feedback == null) {
                return false;
            }
            handler.onTransportFeedback(feedback);
        }
        return true;
    }

    private static void readNack(int mediaSsrc, int packetId, int followingLost, RtcpHandler handler) {
        handler.onNack(mediaSsrc, packetId);
        for (int bit = 0; bit < 16; bit++) {
            if ((followingLost >>> bit & 1) != 0) {
                handler.onNack(mediaSsrc, (packetId + bit + 1) & 0xFFFF);
            }
        }
    }

    private static boolean readPayloadSpecific(ByteBuffer in, int at, int end, int format, RtcpHandler handler) {
        int body = at + RtcpType.FEEDBACK_HEADER_LENGTH;
        if (format == RtcpType.FORMAT_PLI) {
            handler.onPli(in.getInt(at + 8));
        } else if (format == RtcpType.FORMAT_FIR) {
            for (int entry = body; entry + 8 <= end; entry += 8) {
                handler.onFir(in.getInt(entry), in.get(entry + 4) & 0xFF);
            }
        } else if (format == RtcpType.FORMAT_APPLICATION && end - body >= 8 && in.getInt(body) == RtcpType.REMB) {
            int estimate = in.getInt(body + 4);
            int exponent = estimate >>> 18 & 0x3F;
            long mantissa = estimate & 0x3_FFFF;
            handler.onRemb(exponent > MAX_EXPONENT ? Long.MAX_VALUE : mantissa << exponent);
        }
        return true;
    }

    private static int unsignedShort(ByteBuffer in, int at) {
        return in.getShort(at) & 0xFFFF;
    }

    private static long unsignedInt(ByteBuffer in, int at) {
        return in.getInt(at) & 0xFFFF_FFFFL;
    }
}
