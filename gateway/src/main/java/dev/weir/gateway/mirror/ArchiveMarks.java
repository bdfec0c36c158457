package dev.weir.gateway.mirror;

import dev.weir.schemas.ArchiveObject;
import dev.weir.schemas.StreamCondition;
import dev.weir.schemas.StreamState;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * Knows how far the archive is with each stream, and which streams that are over still wait for it: their last state has to be
 * told again. Forgets the oldest of many. Any thread.
 */
final class ArchiveMarks {
    private static final int REMEMBERED = 10_000;

    private final Map<String, ArchiveObject> latest = bounded();
    private final Map<String, StreamState> waiting = bounded();

    private static <T> Map<String, T> bounded() {
        return new LinkedHashMap<>() {
            private static final long serialVersionUID = 1L;

            @Override
            protected boolean removeEldestEntry(Map.Entry<String, T> eldest) {
                return size() > REMEMBERED;
            }
        };
    }

    /** Returns the state with the watermark of the archive, as it is to be told. */
    synchronized StreamState marked(StreamState state) {
        Optional<ArchiveObject> object =
                Optional.ofNullable(latest.get(state.streamId())).filter(known -> known.epoch() == state.epoch());
        boolean over = state.condition() == StreamCondition.OFFLINE;
        if (over && !object.map(ArchiveObject::last).orElse(false)) {
            waiting.put(state.streamId(), state);
        } else {
            waiting.remove(state.streamId());
        }
        return object.map(known -> marked(state, known)).orElse(state);
    }

    /** Takes what has become durable; returns the state of a stream that is over, when it is to be told again. */
    synchronized Optional<StreamState> archived(ArchiveObject object, long nowMicros) {
        ArchiveObject before = latest.get(object.streamId());
        boolean newer = before == null
                || object.epoch() > before.epoch()
                || (object.epoch() == before.epoch() && object.archivedOffset() > before.archivedOffset());
        if (!newer) {
            return Optional.empty();
        }
        latest.remove(object.streamId());
        latest.put(object.streamId(), object);
        StreamState over = waiting.get(object.streamId());
        return over == null || over.epoch() != object.epoch()
                ? Optional.empty()
                : Optional.of(over.withArchived(nowMicros, over.archivedOffset(), over.archivedArrivalMicros()));
    }

    /** The end of an epoch is a record without media: once all media is archived nothing is left behind the watermark. */
    private static StreamState marked(StreamState state, ArchiveObject object) {
        boolean all = object.last() && state.condition() == StreamCondition.OFFLINE;
        return state.withArchived(
                state.updatedMicros(),
                all ? Math.max(state.kafkaAckedOffset(), object.archivedOffset()) : object.archivedOffset(),
                all ? state.kafkaAckedArrivalMicros() : object.archivedArrivalMicros());
    }
}
