package dev.weir.gateway.mirror;

import dev.weir.schemas.FrameMeta;
import dev.weir.schemas.MetadataCodec;
import dev.weir.schemas.RecordPrefix;
import dev.weir.schemas.SessionEvent;
import dev.weir.schemas.StreamState;
import dev.weir.schemas.TrackStats;
import java.util.Map;

/** Encodes the records of the metadata topics. One thread. */
final class MetadataEncoder {
    private MetadataCodec<FrameMeta> frames = MetadataCodec.frames();
    private MetadataCodec<SessionEvent> sessions = MetadataCodec.sessions();
    private MetadataCodec<TrackStats> stats = MetadataCodec.stats();
    private MetadataCodec<StreamState> streams = MetadataCodec.streams();

    /** Takes what to write in front of the records of each topic; nothing special for those that are not named. */
    MetadataEncoder(Map<MetadataTopic, RecordPrefix> prefixes) {
        prefixes.forEach((topic, prefix) -> {
            switch (topic) {
                case FRAMES -> frames = frames.with(prefix);
                case SESSIONS -> sessions = sessions.with(prefix);
                case STATS -> stats = stats.with(prefix);
                case STREAMS -> streams = streams.with(prefix);
            }
        });
    }

    byte[] encode(Record value) {
        if (value instanceof FrameMeta frame) {
            return frames.encode(frame);
        } else if (value instanceof SessionEvent event) {
            return sessions.encode(event);
        } else if (value instanceof TrackStats tracked) {
            return stats.encode(tracked);
        } else if (value instanceof StreamState state) {
            return streams.encode(state);
        }
        throw new IllegalArgumentException("no metadata: " + value.getClass());
    }
}
