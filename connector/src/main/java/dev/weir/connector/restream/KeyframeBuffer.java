package dev.weir.connector.restream;

import dev.weir.schemas.RelayBatch;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;

/** Holds what came since the newest keyframe, sent or not, so that a new connection can begin there. One thread. */
final class KeyframeBuffer {
    private static final long MAX_BYTES = 64L << 20;

    private final ArrayDeque<LoggedBatch> held = new ArrayDeque<>();
    private long bytes;

    /**
     * Takes the next batch.
     *
     * @param startsAnywhere whether a decoder can start in any batch, because there is no video
     */
    void add(LoggedBatch batch, boolean startsAnywhere) {
        boolean start = startsAnywhere || batch.batch().startsKeyframe();
        if (start || bytes > MAX_BYTES) {
            clear();
        }
        if (start || !held.isEmpty()) {
            held.add(batch);
            bytes += batch.bytes();
        }
    }

    void clear() {
        held.clear();
        bytes = 0;
    }

    /** Returns when the newest keyframe arrived; empty when there is none. */
    OptionalLong arrivalMicros() {
        return held.isEmpty()
                ? OptionalLong.empty()
                : OptionalLong.of(held.getFirst().batch().firstArrivalMicros());
    }

    /** Returns the last batch, of one or more. */
    RelayBatch latest() {
        return held.getLast().batch();
    }

    List<LoggedBatch> batches() {
        return new ArrayList<>(held);
    }
}
