package dev.weir.schemas;

/**
 * A stretch of media that an archived object does not have.
 *
 * <p>The components are the fields of the schema of this name, in its order; absent values are empty.
 *
 *
 */
public record ArchiveGap(String trackId, long fromPtsMicros, long toPtsMicros, long packets, String reason) {}
