package dev.weir.gateway.session;

import java.util.List;

/**
 * Hears of the life of every session. Calls for one session come on its loop, one at a time and in order, {@link #onCreated}
 * first and {@link #onEnded} last, each exactly once; {@link #onRefused} comes on the thread of the request. Never blocks:
 * media waits for it. What it throws is logged and ends nothing.
 */
public interface SessionEvents {
    /** A session was made and answered. */
    default void onCreated(Session session) {}

    /** An offer was refused; there is no session. {@code subject} is who asked, empty = anonymous. */
    default void onRefused(SessionRole role, String streamId, String subject, SessionRefused refusal) {}

    /** The session entered {@code state}; not called for CLOSED, which {@link #onEnded} tells. */
    default void onState(Session session, SessionState state) {}

    /** {@code successor} holds the stream from now on, with a new epoch; {@code former} ends. On the successor's loop. */
    default void onTakeover(Session former, Session successor) {}

    /**
     * A viewer is shown other layers than before, because it asked for that or its path did.
     *
     * @param rids the simulcast layer of each m-line, in the offer's order; empty = no simulcast
     */
    default void onLayers(Session viewer, List<String> rids) {}

    /** The session is over. */
    default void onEnded(Session session, SessionEnd end) {}
}
