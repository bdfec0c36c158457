package dev.weir.schemas;

/**
 * An RTCP sender report (RFC 3550 section 6.4.1): the same instant on the RTP clock and on the publisher's wall clock.
 *
 * @param trackIndex the track
 * @param rid simulcast layer, empty = none
 * @param ntpTimestamp 64-bit NTP timestamp, raw bits
 * @param extendedTimestamp RTP timestamp in ticks, unwrapped to 64 bits
 * @param arrivalMicros wall-clock arrival at the gateway, microseconds since 1970
 */
public record SenderReport(int trackIndex, String rid, long ntpTimestamp, long extendedTimestamp, long arrivalMicros)
        implements LogEntry {

    /** Checks the track index. */
    public SenderReport {
        if (trackIndex < 0) {
            throw new IllegalArgumentException("trackIndex must not be negative: " + trackIndex);
        }
    }

    @Override
    public int maxEncodedBytes() {
        return 64 + 3 * rid.length();
    }

    @Override
    public <R> R accept(Visitor<R> visitor) {
        return visitor.senderReport(this);
    }
}
