package dev.weir.gateway.facts;

import java.util.OptionalLong;

/** Turns the RTP timestamps of one layer into media time and, with sender reports, into the publisher's wall clock. */
final class LayerClock {
    /** Seconds from 1900, where NTP counts from, to 1970. */
    private static final long NTP_EPOCH_SECONDS = 2_208_988_800L;

    private final int clockRateHz;
    private long firstTimestamp = Long.MIN_VALUE;
    private long reportTimestamp;
    private long reportMicros = Long.MIN_VALUE;

    LayerClock(int clockRateHz) {
        this.clockRateHz = Math.max(1, clockRateHz);
    }

    /** Returns the media time since the first timestamp that was asked for. */
    long ptsMicros(long extendedTimestamp) {
        if (firstTimestamp == Long.MIN_VALUE) {
            firstTimestamp = extendedTimestamp;
        }
        return micros(extendedTimestamp - firstTimestamp);
    }

    long micros(long ticks) {
        return Math.floorDiv(ticks, clockRateHz) * 1_000_000
                + Math.floorMod(ticks, clockRateHz) * 1_000_000L / clockRateHz;
    }

    /** Takes a sender report (RFC 3550 section 6.4.1). */
    void onSenderReport(long ntpTimestamp, long extendedTimestamp) {
        reportMicros = microsOfNtp(ntpTimestamp);
        reportTimestamp = extendedTimestamp;
    }

    /** Returns when the publisher's clock stood at this timestamp; empty before the first sender report. */
    OptionalLong captureMicros(long extendedTimestamp) {
        return reportMicros == Long.MIN_VALUE
                ? OptionalLong.empty()
                : OptionalLong.of(reportMicros + micros(extendedTimestamp - reportTimestamp));
    }

    /** Turns a 64-bit NTP timestamp into microseconds since 1970. */
    static long microsOfNtp(long ntpTimestamp) {
        long seconds = (ntpTimestamp >>> 32) - NTP_EPOCH_SECONDS;
        return seconds * 1_000_000 + (((ntpTimestamp & 0xFFFF_FFFFL) * 1_000_000) >>> 32);
    }
}
