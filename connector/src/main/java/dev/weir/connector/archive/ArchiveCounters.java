package dev.weir.connector.archive;

/**
 * What a task has done since it started.
 *
 * @param objects objects made durable
 * @param bytes their size
 * @param retries attempts to write an object that failed and were repeated
 * @param gaps gaps that their manifests declare
 * @param pendingBytes memory of objects that grow or wait to be written
 */
public record ArchiveCounters(long objects, long bytes, long retries, long gaps, long pendingBytes) {}
