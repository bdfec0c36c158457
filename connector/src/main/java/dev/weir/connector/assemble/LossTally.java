package dev.weir.connector.assemble;

/**
 * Counts what was left out since the last good frame.
 *
 * @param packets packets missing or left out
 * @param reason why, the first reason counts; empty when nothing was left out
 * @param fromTimestamp RTP timestamp of the first frame left out, {@link #UNKNOWN} when all of it is missing
 */
record LossTally(long packets, String reason, long fromTimestamp) {
    static final long UNKNOWN = Long.MIN_VALUE;
    static final LossTally NONE = new LossTally(0, "", UNKNOWN);

    boolean isEmpty() {
        return packets == 0;
    }

    LossTally missing(long count, String why) {
        return new LossTally(packets + count, reason.isEmpty() ? why : reason, fromTimestamp);
    }

    LossTally leftOut(long count, long timestamp, String why) {
        return new LossTally(
                packets + count, reason.isEmpty() ? why : reason, fromTimestamp == UNKNOWN ? timestamp : fromTimestamp);
    }
}
