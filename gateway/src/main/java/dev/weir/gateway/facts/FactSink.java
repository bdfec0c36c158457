package dev.weir.gateway.facts;

import dev.weir.schemas.FrameMeta;
import dev.weir.schemas.SessionEvent;
import dev.weir.schemas.StreamState;
import dev.weir.schemas.TrackStats;
import java.util.List;
import java.util.function.Supplier;

/** Takes records for the metadata topics; any thread. Never blocks and never throws: what finds no room is dropped and counted. */
public interface FactSink {
    /** Takes frames of one stream, in order; whoever writes them asks for the descriptions, on any thread. */
    void frames(List<? extends Supplier<FrameMeta>> frames);

    /** Takes a step in the life of a session. */
    void session(SessionEvent event);

    /** Takes the statistics of an interval. */
    void stats(TrackStats stats);

    /** Takes the state of a stream; it replaces the former one that has not been written yet. */
    void stream(StreamState state);
}
