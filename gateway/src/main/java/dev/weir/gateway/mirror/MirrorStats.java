package dev.weir.gateway.mirror;

/**
 * Counters of the mirror since its start.
 *
 * @param streams streams that are mirrored now
 * @param packetsOffered packets that the relay offered
 * @param packetsAcknowledged packets that Kafka has acknowledged
 * @param packetsDropped packets left out because the buffer was full
 * @param packetsFailed packets lost because Kafka did not take their record
 * @param batchesAcknowledged records that Kafka has acknowledged
 * @param bytesAcknowledged their size
 * @param metadataAcknowledged records of the metadata topics that Kafka has acknowledged
 * @param metadataDropped records of the metadata topics that found no room or that Kafka did not take
 * @param bufferedBytes payload bytes that wait for an acknowledgement now
 */
public record MirrorStats(
        int streams,
        long packetsOffered,
        long packetsAcknowledged,
        long packetsDropped,
        long packetsFailed,
        long batchesAcknowledged,
        long bytesAcknowledged,
        long metadataAcknowledged,
        long metadataDropped,
        long bufferedBytes) {}
