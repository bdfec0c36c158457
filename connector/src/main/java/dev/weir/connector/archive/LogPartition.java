package dev.weir.connector.archive;

/**
 * One partition of a topic of the media log.
 *
 * @param topic the topic's name in the cluster that is read, before any transformation
 * @param partition its number
 */
public record LogPartition(String topic, int partition) {}
