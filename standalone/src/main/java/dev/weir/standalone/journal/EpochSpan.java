package dev.weir.standalone.journal;

/**
 * What a stretch of the log holds of one epoch of a stream.
 *
 * @param epoch the epoch
 * @param partition its partition
 * @param firstOffset offset of its first record in the stretch
 * @param lastOffset offset of its last record in the stretch
 * @param firstMillis arrival of the first record, milliseconds since 1970
 * @param lastMillis arrival of the last record, milliseconds since 1970
 * @param records number of its records
 * @param bytes size of their values
 * @param ended whether the stretch holds its end
 */
public record EpochSpan(
        long epoch,
        int partition,
        long firstOffset,
        long lastOffset,
        long firstMillis,
        long lastMillis,
        long records,
        long bytes,
        boolean ended) {

    EpochSpan plus(long offset, long millis, long size, boolean end) {
        return new EpochSpan(
                epoch,
                partition,
                firstOffset,
                offset,
                firstMillis,
                Math.max(lastMillis, millis),
                records + 1,
                bytes + size,
                ended || end);
    }
}
