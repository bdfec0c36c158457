package dev.weir.gateway.ingest;

/** Counts what one source cost and asked for. One thread. */
final class SourceCounters {
    long discarded;
    long repaired;
    long nacks;
    long plis;
    long firs;
}
