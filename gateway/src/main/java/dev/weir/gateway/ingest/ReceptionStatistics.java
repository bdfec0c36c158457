package dev.weir.gateway.ingest;

import dev.weir.webrtc.rtcp.RtcpWriter;
import java.nio.ByteBuffer;

/** Measures loss and jitter of one source for its report block (RFC 3550 section 6.4.1, appendix A.3 and A.8). One thread. */
final class ReceptionStatistics {
    private final int clockRateHz;
    private long first = -1;
    private long highest;
    private long received;
    private long repaired;
    private long expectedBefore;
    private long receivedBefore;
    private boolean hasTransit;
    private long lastTransitTicks;
    private double jitterTicks;
    private long lastReportMiddle;
    private long lastReportNanos;

    ReceptionStatistics(int clockRateHz) {
        this.clockRateHz = clockRateHz;
    }

    /** Notes a packet that came on the source itself. */
    void onPacket(long extendedSequence, long extendedTimestamp, long nowNanos) {
        onRecovered(extendedSequence);
        long transit = (long) (nowNanos * (clockRateHz / 1e9)) - extendedTimestamp;
        if (hasTransit) {
            long difference = Math.abs(transit - lastTransitTicks);
            // A step of more than a second is a break of the time line, not jitter.
            if (difference < clockRateHz) {
                jitterTicks += (difference - jitterTicks) / 16;
            }
        }
        hasTransit = true;
        lastTransitTicks = transit;
    }

    /**
     * Notes a packet that came as a repair of its own format (RFC 4588): it is there, but the path did lose it, and the
     * publisher's congestion control must hear of that.
     */
    void onRepaired(long extendedSequence) {
        onRecovered(extendedSequence);
        repaired++;
    }

    /** Notes a packet that came late: it counts as received, but tells nothing about jitter. */
    void onRecovered(long extendedSequence) {
        if (first < 0) {
            first = extendedSequence;
            highest = extendedSequence;
        }
        highest = Math.max(highest, extendedSequence);
        received++;
    }

    void onSenderReport(long ntpTimestamp, long nowNanos) {
        lastReportMiddle = (ntpTimestamp >>> 16) & 0xFFFF_FFFFL;
        lastReportNanos = nowNanos;
    }

    boolean isActive() {
        return received - repaired > receivedBefore;
    }

    /** Returns the packets that came, repaired ones included. */
    long received() {
        return received;
    }

    /** Returns the packets that have not come, so far. */
    long lost() {
        return first < 0 ? 0 : Math.max(0, highest - first + 1 - received);
    }

    long jitterTicks() {
        return (long) jitterTicks;
    }

    /** Writes the report block and begins the next interval. */
    void writeBlock(ByteBuffer out, int ssrc, long nowNanos) {
        long expected = highest - first + 1;
        long expectedNow = expected - expectedBefore;
        long onTheirOwn = received - repaired;
        long lostNow = expectedNow - (onTheirOwn - receivedBefore);
        expectedBefore = expected;
        receivedBefore = onTheirOwn;
        int fraction = expectedNow <= 0 || lostNow <= 0 ? 0 : (int) Math.min(255, lostNow * 256 / expectedNow);
        long delay = lastReportMiddle == 0 ? 0 : (nowNanos - lastReportNanos) * 65_536 / 1_000_000_000L;
        RtcpWriter.reportBlock(
                out,
                ssrc,
                fraction,
                (int) Math.max(-0x80_0000, Math.min(0x7F_FFFF, expected - onTheirOwn)),
                // The unwrapper's head start of one cycle is no cycle of the source.
                highest - 0x1_0000,
                (long) jitterTicks,
                lastReportMiddle,
                delay);
    }
}
