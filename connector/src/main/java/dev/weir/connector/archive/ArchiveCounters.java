package dev.weir.connector.archive;

/**
 * What a task has done since it started.
 *
 * @param objects objects made durable
 * @param bytes their size
 * @param retries attempts to write an object that failed and were repeated
 * @param gaps gaps that their manifests declare
 * @param pendingBytes heap that objects take that grow or wait to be written
 * @param spilledBytes bytes of them that were moved into files, because the heap had no room
 */
public record ArchiveCounters(
        long objects, long bytes, long retries, long gaps, long pendingBytes, long spilledBytes) {}
