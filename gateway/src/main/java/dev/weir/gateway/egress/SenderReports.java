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

    private static final int REMEMBERED = 8;
    private static final int NTP_MIDDLE_AT = 10;

    private final int[] middles = new int[REMEMBERED];
    private final long[] sentAt = new long[REMEMBERED];
    private int slot;
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
            publisherClock &= track.counters.packetsSent == 0 || track.currentReport() != null;
        }
        for (OutputTrack track : tracks) {
            if (track.counters.packetsSent == 0) {
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
            remember(nowNanos);
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

    /** The viewer names a report by the middle of its NTP time (section 6.4.1, LSR). */
    private void remember(long nowNanos) {
        slot = (slot + 1) % REMEMBERED;
        middles[slot] = out.getInt(NTP_MIDDLE_AT);
        sentAt[slot] = nowNanos;
    }

    /** Returns the round trip time that a report block tells, in seconds; 0 when it names no report that is remembered. */
    double roundTripSeconds(long lastSr, long delaySinceLastSr, long nowNanos) {
        for (int i = 0; i < REMEMBERED && lastSr != 0; i++) {
            if (middles[i] == (int) lastSr) {
                return Math.max(0, (nowNanos - sentAt[i]) / 1e9 - delaySinceLastSr / 65_536.0);
            }
        }
        return 0;
    }

    private void write(OutputTrack track, long ntp, long timestamp) {
        RtcpWriter.senderReport(out, track.ssrc, ntp, timestamp, track.counters.packetsSent, track.counters.octetsSent);
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
