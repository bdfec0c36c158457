package dev.weir.gateway.mirror;

import dev.weir.schemas.EndOfStream;
import dev.weir.schemas.Gap;
import dev.weir.schemas.RelayBatch;
import dev.weir.schemas.StreamCondition;
import dev.weir.schemas.StreamState;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * An epoch that the catalogue says is not over, though no publisher of ours makes it.
 *
 * @param state what the catalogue says last
 * @param lastBatch number of its last batch in the log
 * @param lastArrivalMicros arrival of its last packet there
 * @param ended whether the log has its end
 */
record UnfinishedEpoch(StreamState state, long lastBatch, long lastArrivalMicros, boolean ended) {
    static final String REASON = "gateway-died";

    /** Returns whether {@code later}, a later look at the catalogue, finds that nobody has said anything of it since. */
    boolean isSilentSince(StreamState later) {
        return later.epoch() == state.epoch() && later.updatedMicros() == state.updatedMicros();
    }

    /** Returns the batch that ends it: what arrived behind its last packet, up to {@code untilMicros}, is not known. */
    OutgoingBatch end(long untilMicros) {
        long until = Math.max(lastArrivalMicros, untilMicros);
        RelayBatch batch = new RelayBatch(
                state.streamId(),
                state.epoch(),
                lastBatch + 1,
                lastArrivalMicros,
                List.of(new Gap(-1, lastArrivalMicros, until, 0, REASON), new EndOfStream(until, REASON)));
        return new OutgoingBatch(batch, state.payloadPartition(), 0, 0, lastArrivalMicros, true);
    }

    /** Returns what the catalogue is to say from now on. */
    StreamState offline(OptionalLong endOffset, long nowMicros) {
        return new StreamState(
                state.streamId(),
                state.epoch(),
                StreamCondition.OFFLINE,
                nowMicros,
                nowMicros,
                Optional.empty(),
                state.tracks(),
                0,
                state.payloadPartition(),
                endOffset.orElse(state.kafkaAckedOffset()),
                lastBatch + (ended ? 0 : 1),
                OptionalLong.of(lastArrivalMicros),
                state.archivedOffset(),
                state.archivedArrivalMicros());
    }
}
