package dev.weir.gateway.mirror;

import dev.weir.schemas.FrameMeta;
import dev.weir.schemas.FrameType;
import dev.weir.schemas.SessionEvent;
import dev.weir.schemas.StreamState;
import dev.weir.schemas.TrackStats;

/**
 * A record on its way to a metadata topic.
 *
 * @param topic where it goes
 * @param key its key
 * @param partition of the media log, which the topic follows; -1 = by the key
 * @param atMicros its time
 * @param keyframe whether it tells of a keyframe
 * @param value what it says
 */
record MetadataRecord(MetadataTopic topic, String key, int partition, long atMicros, boolean keyframe, Record value) {

    static MetadataRecord of(Record value) {
        if (value instanceof FrameMeta frame) {
            return new MetadataRecord(
                    MetadataTopic.FRAMES,
                    frame.streamId(),
                    frame.payloadPartition(),
                    frame.lastArrivalMicros(),
                    frame.frameType() == FrameType.KEY,
                    frame);
        } else if (value instanceof SessionEvent event) {
            return new MetadataRecord(MetadataTopic.SESSIONS, event.sessionId(), -1, event.atMicros(), false, event);
        } else if (value instanceof TrackStats stats) {
            return new MetadataRecord(
                    MetadataTopic.STATS, stats.sessionId(), -1, stats.intervalEndMicros(), false, stats);
        } else if (value instanceof StreamState state) {
            return new MetadataRecord(MetadataTopic.STREAMS, state.streamId(), -1, state.updatedMicros(), false, state);
        }
        throw new IllegalArgumentException("no metadata: " + value.getClass());
    }
}
