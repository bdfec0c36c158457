package dev.weir.gateway.ingest;

/**
 * Maps the monotonic clock to wall time by one reading of both, so that wall time never steps back within a session.
 *
 * @param nanos monotonic time of the reading
 * @param micros wall clock of the reading, microseconds since 1970
 */
public record WallClock(long nanos, long micros) {
    /** Returns the wall clock at {@code nowNanos}, microseconds since 1970. */
    public long microsAt(long nowNanos) {
        return micros + (nowNanos - nanos) / 1_000;
    }
}
