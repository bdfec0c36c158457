package dev.weir.gateway.mirror;

import dev.weir.schemas.Gap;
import dev.weir.schemas.RelayBatch;

/**
 * A batch on its way to Kafka.
 *
 * @param batch its content
 * @param partition where the epoch lives
 * @param packets packets in it
 * @param reservedBytes what it holds of the {@link MirrorBuffer}
 * @param lastArrivalMicros arrival of its last entry
 * @param ends whether it ends the epoch
 */
record OutgoingBatch(
        RelayBatch batch, int partition, int packets, long reservedBytes, long lastArrivalMicros, boolean ends) {

    /** Returns what to declare when this batch is lost. */
    Gap asGap(String reason) {
        return new Gap(-1, batch.firstArrivalMicros(), lastArrivalMicros, packets, reason);
    }
}
