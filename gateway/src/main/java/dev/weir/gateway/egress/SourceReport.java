package dev.weir.gateway.egress;

/**
 * The publisher's last sender report for what a viewer's track shows.
 *
 * @param epoch epoch of the report
 * @param ntp its 64-bit NTP time
 * @param extendedTimestamp its RTP timestamp, extended
 * @param arrivalMicros wall clock when it came
 */
record SourceReport(long epoch, long ntp, long extendedTimestamp, long arrivalMicros) {}
