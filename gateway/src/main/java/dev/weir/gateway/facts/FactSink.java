package dev.weir.gateway.facts;

import dev.weir.schemas.FrameMeta;
import dev.weir.schemas.SessionEvent;
import dev.weir.schemas.StreamState;
import dev.weir.schemas.TrackStats;

/** Takes records for the metadata topics; any thread. Never blocks and never throws: what finds no room is dropped and counted. */
public interface FactSink {
    /** Takes a frame. */
    void frame(FrameMeta frame);

    /** Takes a step in the life of a session. */
    void session(SessionEvent event);

    /** Takes the statistics of an interval. */
    void stats(TrackStats stats);

    /** Takes the state of a stream; it replaces the former one that has not been written yet. */
    void stream(StreamState state);
}
