package dev.weir.schemas;

import java.util.List;

/**
 * Consecutive entries of one stream, in order of arrival: the value of one record in {@link Topics#MEDIA}.
 *
 * @param streamId the stream, equal to the record key
 * @param epoch grows with every publisher of the stream
 * @param batchNumber counts up from 0 within the epoch
 * @param firstArrivalMicros arrival of the first entry, microseconds since 1970
 * @param entries the entries in order of arrival
 */
public record RelayBatch(
        String streamId, long epoch, long batchNumber, long firstArrivalMicros, List<LogEntry> entries) {

    /** Checks the ranges and copies the list. */
    public RelayBatch {
        if (streamId.isEmpty()) {
            throw new IllegalArgumentException("streamId must not be empty");
        }
        if (epoch < 0 || batchNumber < 0) {
            throw new IllegalArgumentException(
                    "epoch and batchNumber must not be negative: " + epoch + ", " + batchNumber);
        }
        entries = List.copyOf(entries);
    }

    /** Returns whether a packet in here starts a keyframe. */
    public boolean startsKeyframe() {
        for (LogEntry entry : entries) {
            if (entry instanceof LogPacket packet && packet.keyframeStart()) {
                return true;
            }
        }
        return false;
    }

    /** Returns whether this batch ends the epoch. */
    public boolean ends() {
        return !entries.isEmpty() && entries.get(entries.size() - 1) instanceof EndOfStream;
    }
}
