package dev.weir.gateway.facts;

import dev.weir.schemas.CaptureClock;

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
    private long ptsMicros(long extendedTimestamp) {
        if (firstTimestamp == Long.MIN_VALUE) {
            firstTimestamp = extendedTimestamp;
        }
        return micros(extendedTimestamp - firstTimestamp);
    }

    private long micros(long ticks) {
        return Math.floorDiv(ticks, clockRateHz) * 1_000_000
                + Math.floorMod(ticks, clockRateHz) * 1_000_000L / clockRateHz;
    }

    /** Takes a sender report (RFC 3550 section 6.4.1). */
    void onSenderReport(long ntpTimestamp, long extendedTimestamp) {
        reportMicros = microsOfNtp(ntpTimestamp);
        reportTimestamp = extendedTimestamp;
    }

    /** Tells a frame its media time, and when the publisher's clock stood at it if that is known. */
    void stamp(TrackedFrame frame) {
        frame.ptsMicros = ptsMicros(frame.extendedTimestamp);
        frame.durationMicros = (int) micros(frame.durationTicks);
        if (frame.captureNtp != 0) {
            frame.captureMicros = microsOfNtp(frame.captureNtp);
            frame.captureClock = CaptureClock.ABS_CAPTURE_TIME;
        } else if (reportMicros != Long.MIN_VALUE) {
            frame.captureMicros = reportMicros + micros(frame.extendedTimestamp - reportTimestamp);
            frame.captureClock = CaptureClock.SENDER_REPORT;
        }
    }

    /** Turns a 64-bit NTP timestamp into microseconds since 1970. */
    private static long microsOfNtp(long ntpTimestamp) {
        long seconds = (ntpTimestamp >>> 32) - NTP_EPOCH_SECONDS;
        return seconds * 1_000_000 + (((ntpTimestamp & 0xFFFF_FFFFL) * 1_000_000) >>> 32);
    }
}
