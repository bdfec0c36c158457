package dev.weir.standalone.journal;

import dev.weir.schemas.RelayBatch;

/**
 * A batch and where it stands.
 *
 * @param partition partition of the media topic
 * @param offset offset within it
 * @param bytes size of the record's value
 * @param batch the decoded value
 */
public record LogRecord(int partition, long offset, int bytes, RelayBatch batch) {}
