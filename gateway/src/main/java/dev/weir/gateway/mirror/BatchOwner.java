package dev.weir.gateway.mirror;

import java.util.OptionalLong;

/** Hears what became of the batches that it gave to a {@link LogProducer}; any thread. */
interface BatchOwner {
    /** Kafka has the batch, at this offset if it is known. */
    void onAcknowledged(OutgoingBatch batch, OptionalLong offset);

    /** Kafka did not take the batch and never will. */
    void onLost(OutgoingBatch batch);

    /** {@code holder} ended before it told the fate of the batch; the next producer settles it by what the log holds. */
    void onUnsettled(OutgoingBatch batch, LogProducer holder);
}
