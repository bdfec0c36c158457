package dev.weir.connector.restream;

import dev.weir.schemas.RelayBatch;

/**
 * A batch and where it lies.
 *
 * @param batch the batch
 * @param offset its offset
 * @param bytes its size in the log
 */
record LoggedBatch(RelayBatch batch, int partition, long offset, int bytes) {}
