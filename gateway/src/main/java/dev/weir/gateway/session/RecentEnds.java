package dev.weir.gateway.session;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Remembers how the last sessions of each stream ended, so that one who asks why nothing comes is told. From any thread. */
final class RecentEnds implements SessionEvents {
    private static final int PER_STREAM = 5;
    private static final int MAX_STREAMS = 1_000;
    private static final Duration KEPT = Duration.ofMinutes(10);

    private final InstantSource clock;
    private final Map<String, Deque<EndedSession>> byStream = new LinkedHashMap<>(16, 0.75f, true);

    RecentEnds(InstantSource clock) {
        this.clock = clock;
    }

    @Override
    public synchronized void onEnded(Session session, SessionEnd end) {
        Deque<EndedSession> ends = byStream.computeIfAbsent(session.streamId(), id -> new ArrayDeque<>());
        ends.addFirst(new EndedSession(session.publicId(), session.role(), end));
        if (ends.size() > PER_STREAM) {
            ends.removeLast();
        }
        if (byStream.size() > MAX_STREAMS) {
            byStream.remove(byStream.keySet().iterator().next());
        }
    }

    /** Returns the last five ends of the last ten minutes, latest first. */
    synchronized List<EndedSession> of(String streamId) {
        Deque<EndedSession> ends = byStream.get(streamId);
        if (ends == null) {
            return List.of();
        }
        Instant oldest = clock.instant().minus(KEPT);
        ends.removeIf(ended -> ended.end().at().isBefore(oldest));
        if (ends.isEmpty()) {
            byStream.remove(streamId);
        }
        return new ArrayList<>(ends);
    }
}
