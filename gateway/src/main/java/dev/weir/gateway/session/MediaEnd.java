package dev.weir.gateway.session;

import dev.weir.gateway.egress.LayerChoice;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Optional;

/** What a session does with its transport: the publisher's or the viewer's side. On the session's loop. */
interface MediaEnd {
    /** How often {@link #onTick} is enough while nothing flows. */
    long QUIET_TICK_NANOS = 500_000_000;

    /**
     * The transport is connected; returns why the session is of no use any more, empty when it is. {@code wake} is to be run
     * when media flows again after {@link #tickNanos} said that none does.
     */
    Optional<EndReason> onConnected(long nowNanos, Runnable wake);

    void onRtp(ByteBuffer packet, long nowNanos);

    void onRtcp(ByteBuffer compound, long nowNanos);

    /** Returns in what time {@link #onTick} is to be called next. Called after each. */
    long tickNanos(long nowNanos);

    void onTick(long nowNanos);

    /** Returns why the session has become useless to the peer; empty while it is not. */
    default Optional<EndReason> ending(long nowNanos) {
        return Optional.empty();
    }

    default void requestKeyframe(int trackIndex, String rid, long nowNanos) {}

    /** Takes what the viewer wants to see on the m-line {@code mid}; nothing for a publisher or an unknown m-line. */
    default void chooseLayer(String mid, LayerChoice choice, long nowNanos) {}

    /** We are about to end the session: says goodbye to the peer (RFC 3550 section 6.6). */
    default void onClosing(long nowNanos) {}

    /** Returns the m-lines that the peer may speak of. */
    default List<MediaLine> lines() {
        return List.of();
    }

    /** Returns what a viewer may know of its stream; empty for a publisher. */
    default Optional<StreamSight> look(long nowNanos) {
        return Optional.empty();
    }

    /** Returns the names of the layers that may be asked for on {@code line} now. */
    default List<String> rids(MediaLine line) {
        return List.of();
    }

    /** A viewer joins without what was before; nothing for a publisher. */
    default void joinAtLiveEdge() {}

    /** Returns how media flows, by the names of WebRTC's statistics; from any thread. */
    SessionStats stats();

    /** Returns what was carried so far. */
    Traffic traffic();

    /** The session is over, connected or not; called once. */
    void onClosed(String reason, long nowNanos);
}
