package dev.weir.schemas;

/**
 * Ends an epoch: the publisher has left and nothing follows.
 *
 * @param arrivalMicros wall clock, microseconds since 1970
 * @param reason why, readable
 */
public record EndOfStream(long arrivalMicros, String reason) implements LogEntry {

    @Override
    public int maxEncodedBytes() {
        return 32 + 3 * reason.length();
    }

    @Override
    public <R> R accept(Visitor<R> visitor) {
        return visitor.endOfStream(this);
    }
}
