package dev.weir.gateway.session;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** All event streams, found by their own name or by their session. From any thread. */
final class EventStreams {
    /** A player needs one; a few more are left from lost answers. */
    private static final int PER_SESSION = 4;

    private final Map<String, EventStream> byId = new ConcurrentHashMap<>();
    private final Map<String, Deque<EventStream>> bySession = new ConcurrentHashMap<>();

    /** Opens one; the oldest of the session goes when there are too many. */
    EventStream open(Session session, Set<EventType> types) {
        EventStream opened = new EventStream(session.id(), types);
        byId.put(opened.id(), opened);
        List<EventStream> tooMany = new ArrayList<>();
        bySession.compute(session.id(), (id, old) -> {
            Deque<EventStream> all = old == null ? new ArrayDeque<>() : new ArrayDeque<>(old);
            all.addLast(opened);
            if (all.size() > PER_SESSION) {
                tooMany.add(all.removeFirst());
            }
            return all;
        });
        tooMany.forEach(oldest -> {
            byId.remove(oldest.id());
            oldest.close();
        });
        return opened;
    }

    Optional<EventStream> find(String id) {
        return Optional.ofNullable(byId.get(id));
    }

    /** Returns those of {@code session}. */
    Iterable<EventStream> of(Session session) {
        return bySession.getOrDefault(session.id(), new ArrayDeque<>());
    }

    /** Ends one with all that waits in it; false when there is none. */
    boolean delete(String id) {
        EventStream stream = byId.remove(id);
        if (stream == null) {
            return false;
        }
        bySession.computeIfPresent(stream.sessionId(), (session, all) -> {
            Deque<EventStream> kept = new ArrayDeque<>(all);
            kept.remove(stream);
            return kept.isEmpty() ? null : kept;
        });
        stream.drop();
        stream.close();
        return true;
    }

    /** Ends those of {@code session}; what waits is still delivered to who reads. */
    void close(Session session) {
        Deque<EventStream> all = bySession.remove(session.id());
        if (all != null) {
            for (EventStream stream : all) {
                byId.remove(stream.id());
                stream.close();
            }
        }
    }

    /** Returns how many are open. */
    int size() {
        return byId.size();
    }
}
