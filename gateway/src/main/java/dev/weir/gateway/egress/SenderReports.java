package dev.weir.gateway.egress;

import dev.weir.webrtc.rtcp.RtcpWriter;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * Writes the sender reports by which a viewer puts audio and video in step (RFC 3550 section 6.4.1): the publisher's own
 * clock where every track has a report of it, otherwise the arrival times, for all tracks alike. One thread.
 */
final class SenderReports {
    private static final long SECONDS_1900_TO_1970 = 2_208_988_800L;
    private static final int CAPACITY = 1_200;
    private static final int ROOM_FOR_PROTECTION = 64;

    private final byte[] cname;
    private final MediaSink sink;
    private final ByteBuffer out = ByteBuffer.allocate(CAPACITY + ROOM_FOR_PROTECTION);

    SenderReports(String cname, MediaSink sink) {
        this.cname = cname.getBytes(StandardCharsets.UTF_8);
        this.sink = sink;
    }

    void send(List<OutputTrack> tracks, long nowMicros, long nowNanos) {
        boolean publisherClock = true;
        for (OutputTrack track : tracks) {
            publisherClock &= track.packetsSent == 0 || track.currentReport() != null;
        }
        for (OutputTrack track : tracks) {
            if (track.packetsSent == 0) {
                continue;
            }
            SourceReport report = track.currentReport();
            out.clear().limit(CAPACITY);
            if (publisherClock && report != null) {
                long elapsedMicros = nowMicros - report.arrivalMicros();
                write(
                        track,
                        report.ntp() + ntpUnits(elapsedMicros),
                        track.outputTimestamp(report.extendedTimestamp()) + ticks(track, elapsedMicros));
            } else {
                long elapsedMicros = nowMicros - track.lastArrivalMicros();
                write(track, ntpOf(nowMicros), track.lastTimestamp() + ticks(track, elapsedMicros));
            }
            out.flip();
            sink.sendRtcp(out, nowNanos);
        }
    }

    /** Leaves the session, one compound per track (RFC 3550 section 6.6). */
    void bye(List<OutputTrack> tracks, long nowNanos) {
        for (OutputTrack track : tracks) {
            out.clear().limit(CAPACITY);
            RtcpWriter.receiverReport(out, track.ssrc, 0);
            RtcpWriter.sdesCname(out, track.ssrc, cname);
            RtcpWriter.bye(out, track.ssrc);
            out.flip();
            sink.sendRtcp(out, nowNanos);
        }
    }

    private void write(OutputTrack track, long ntp, long timestamp) {
        RtcpWriter.senderReport(out, track.ssrc, ntp, timestamp, track.packetsSent, track.octetsSent);
        RtcpWriter.sdesCname(out, track.ssrc, cname);
    }

    private static long ticks(OutputTrack track, long micros) {
        return micros * track.clockRateHz() / 1_000_000;
    }

    private static long ntpUnits(long micros) {
        return Math.floorDiv(micros, 1_000_000L) << 32 | ((Math.floorMod(micros, 1_000_000L) << 32) / 1_000_000L);
    }

    private static long ntpOf(long unixMicros) {
        return ntpUnits(unixMicros + SECONDS_1900_TO_1970 * 1_000_000L);
    }
}
