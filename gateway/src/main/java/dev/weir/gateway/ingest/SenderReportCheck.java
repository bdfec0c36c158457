package dev.weir.gateway.ingest;

/**
 * Tells plausible sender reports from those that would tear audio and video apart: a report must lie near the media that
 * was received and must agree with the one before it about how time passes. One thread.
 */
final class SenderReportCheck {
    private static final double NTP_UNITS_PER_SECOND = 4_294_967_296.0;
    private static final double MAX_DISTANCE_SECONDS = 30;
    private static final double MAX_DISAGREEMENT_SECONDS = 1;

    private final int clockRateHz;
    private boolean hasFormer;
    private long formerNtp;
    private long formerTimestamp;

    SenderReportCheck(int clockRateHz) {
        this.clockRateHz = clockRateHz;
    }

    /**
     * Returns whether to trust the report.
     *
     * @param ntp 64-bit NTP time of the report
     * @param extendedTimestamp its RTP timestamp, extended
     * @param highestTimestamp highest extended timestamp received on the source, -1 before the first packet
     */
    boolean accept(long ntp, long extendedTimestamp, long highestTimestamp) {
        if (ntp == 0 || highestTimestamp < 0) {
            return false;
        }
        if (Math.abs(extendedTimestamp - highestTimestamp) > MAX_DISTANCE_SECONDS * clockRateHz) {
            return false;
        }
        boolean agrees = true;
        if (hasFormer) {
            double ntpSeconds = (ntp - formerNtp) / NTP_UNITS_PER_SECOND;
            double mediaSeconds = (extendedTimestamp - formerTimestamp) / (double) clockRateHz;
            agrees = Math.abs(ntpSeconds - mediaSeconds) < MAX_DISAGREEMENT_SECONDS;
        }
        // A report that disagrees becomes the measure for the next one: two in a row that agree are believed.
        hasFormer = true;
        formerNtp = ntp;
        formerTimestamp = extendedTimestamp;
        return agrees;
    }
}
