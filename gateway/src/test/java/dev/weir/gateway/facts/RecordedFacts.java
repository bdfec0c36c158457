package dev.weir.gateway.facts;

import dev.weir.schemas.FrameMeta;
import dev.weir.schemas.SessionEvent;
import dev.weir.schemas.StreamState;
import dev.weir.schemas.TrackStats;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Supplier;

/** Keeps every record; any thread. */
public final class RecordedFacts implements FactSink {
    public final List<FrameMeta> frames = new CopyOnWriteArrayList<>();
    public final List<SessionEvent> sessions = new CopyOnWriteArrayList<>();
    public final List<TrackStats> stats = new CopyOnWriteArrayList<>();
    public final List<StreamState> streams = new CopyOnWriteArrayList<>();

    @Override
    public void frames(List<? extends Supplier<FrameMeta>> told) {
        told.forEach(frame -> frames.add(frame.get()));
    }

    @Override
    public void session(SessionEvent event) {
        sessions.add(event);
    }

    @Override
    public void stats(TrackStats tracked) {
        stats.add(tracked);
    }

    @Override
    public void stream(StreamState state) {
        streams.add(state);
    }
}
