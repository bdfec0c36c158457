package dev.weir.gateway.session;

import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

/** Decides whether one more session may be made: there is a number of places, and a bound on those who only ask. Any thread. */
final class Admission {
    private final SessionConfig config;
    private final AtomicInteger places = new AtomicInteger();
    private volatile boolean closed;

    Admission(SessionConfig config) {
        this.config = config;
    }

    /** Makes what takes a place. */
    @FunctionalInterface
    interface Making<T> {
        T make() throws SessionRefused;
    }

    /**
     * Makes something that takes a place until {@link #free}; what cannot be made takes none. Offers that are made at the same
     * moment may exceed the bounds on {@code unconnected}, the sessions that have not connected yet, by a few.
     */
    <T> T place(Caller caller, List<Session> unconnected, Making<T> making) throws SessionRefused {
        requireRoom(caller, unconnected);
        return take(making);
    }

    private void requireRoom(Caller caller, List<Session> unconnected) throws SessionRefused {
        FloodConfig flood = config.flood();
        if (unconnected.size() >= flood.maxUnconnected()) {
            throw new SessionRefused(
                    SessionRefused.Kind.TOO_MANY_UNCONNECTED, unconnected.size() + " sessions have not connected yet");
        }
        if (caller.address().isLoopbackAddress()) {
            return;
        }
        ClientNetwork client = ClientNetwork.of(caller.address());
        int own = 0;
        for (Session session : unconnected) {
            own += ClientNetwork.of(session.owner().address()).equals(client) ? 1 : 0;
        }
        if (own >= flood.maxUnconnectedPerClient()) {
            throw new SessionRefused(
                    SessionRefused.Kind.TOO_MANY_OF_CLIENT, own + " sessions of your address have not connected yet");
        }
    }

    private <T> T take(Making<T> making) throws SessionRefused {
        if (closed) {
            throw new SessionRefused(SessionRefused.Kind.SHUTTING_DOWN, "the gateway is stopping");
        }
        if (places.incrementAndGet() > config.maxSessions()) {
            places.decrementAndGet();
            throw new SessionRefused(
                    SessionRefused.Kind.TOO_MANY_SESSIONS,
                    "the limit of " + config.maxSessions() + " sessions is reached");
        }
        boolean made = false;
        try {
            T result = making.make();
            made = true;
            return result;
        } finally {
            if (!made) {
                places.decrementAndGet();
            }
        }
    }

    /** Gives a place back. */
    void free() {
        places.decrementAndGet();
    }

    /** Lets nobody in any more. */
    void close() {
        closed = true;
    }

    boolean isClosed() {
        return closed;
    }
}
