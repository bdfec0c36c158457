package dev.weir.schemas;

import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * The catalogue and what of it is durable. Topic weir.streams.v1, compacted, key = streamId.
 *
 * <p>The components are the fields of the schema of this name, in its order; absent values are empty.
 *
 * @param sinceMicros when the condition began
 * @param payloadPartition where the epoch lies in the media log
 * @param kafkaAckedOffset up to here Kafka has acknowledged everything; -1 = nothing yet
 * @param kafkaAckedArrivalMicros arrival of the last acknowledged packet
 * @param archivedOffset up to here the archive has everything, or declares it as a gap; -1 = nothing yet, or no archive
 * @param archivedArrivalMicros arrival of the first packet of the record at archivedOffset
 */
public record StreamState(
        String streamId,
        long epoch,
        StreamCondition condition,
        long sinceMicros,
        long updatedMicros,
        Optional<String> publisherSessionId,
        List<StreamTrack> tracks,
        int viewers,
        int payloadPartition,
        long kafkaAckedOffset,
        long kafkaAckedBatch,
        OptionalLong kafkaAckedArrivalMicros,
        long archivedOffset,
        OptionalLong archivedArrivalMicros) {
    /** Copies the collections. */
    public StreamState {
        tracks = List.copyOf(tracks);
    }

    /** Returns this state with another watermark of the archive. */
    public StreamState withArchived(long nowMicros, long offset, OptionalLong arrivalMicros) {
        return new StreamState(
                streamId,
                epoch,
                condition,
                sinceMicros,
                Math.max(updatedMicros, nowMicros),
                publisherSessionId,
                tracks,
                viewers,
                payloadPartition,
                kafkaAckedOffset,
                kafkaAckedBatch,
                kafkaAckedArrivalMicros,
                offset,
                arrivalMicros);
    }
}
