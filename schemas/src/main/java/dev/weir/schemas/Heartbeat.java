package dev.weir.schemas;

/**
 * Says that the publisher is connected though it sent nothing for a while; lets readers advance their idea of time.
 *
 * @param arrivalMicros wall clock, microseconds since 1970
 */
public record Heartbeat(long arrivalMicros) implements LogEntry {

    @Override
    public int maxEncodedBytes() {
        return 16;
    }

    @Override
    public <R> R accept(Visitor<R> visitor) {
        return visitor.heartbeat(this);
    }
}
