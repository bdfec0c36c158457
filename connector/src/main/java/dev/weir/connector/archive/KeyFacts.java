package dev.weir.connector.archive;

/**
 * What the key of an object can tell, all from the log.
 *
 * @param streamId the stream
 * @param epoch its epoch
 * @param partition partition of the log
 * @param firstOffset lowest log offset with a packet in the object
 * @param firstPtsMicros media time that names the object
 * @param firstArrivalMicros arrival of the first packet of the record at {@code firstOffset}, since 1970
 */
record KeyFacts(
        String streamId, long epoch, int partition, long firstOffset, long firstPtsMicros, long firstArrivalMicros) {}
