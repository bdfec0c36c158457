package dev.weir.gateway.session;

import dev.weir.gateway.metrics.Meters;
import dev.weir.gateway.relay.MediaRelay;
import dev.weir.webrtc.net.EventLoopGroup;
import java.util.List;
import java.util.Optional;

/** Registry of all sessions: makes them from offers, finds them, ends them. From any thread. */
@SuppressWarnings("DoNotCallSuggester")
public final class Sessions implements AutoCloseable {
    /** Takes its parts; {@code loops} must be started before the first session. */
    public Sessions(SessionConfig config, MediaRelay relay, EventLoopGroup loops, Meters meters) {}

    /** Makes a publisher's session for {@code streamId} from its offer. */
    public CreatedSession publish(String streamId, String offerSdp) throws SessionRefused {
        throw new SessionRefused(SessionRefused.Kind.SHUTTING_DOWN, "soon");
    }

    /** Makes a viewer's session for {@code streamId} from its offer. */
    public CreatedSession view(String streamId, String offerSdp) throws SessionRefused {
        throw new SessionRefused(SessionRefused.Kind.SHUTTING_DOWN, "soon");
    }

    public Optional<Session> find(String id) {
        return Optional.empty();
    }

    /** Returns the entity tag of the session's ICE session, with its quotes. */
    public Optional<String> etag(String id) {
        return Optional.empty();
    }

    /** Takes a trickle fragment (RFC 8840) for the session {@code id}. */
    public TrickleResult trickle(String id, String fragment) {
        return TrickleResult.NO_SUCH_SESSION;
    }

    /** Ends the session at the client's wish; false when there is none. */
    public boolean delete(String id) {
        return false;
    }

    /** Returns how many sessions there are. */
    public int size() {
        return 0;
    }

    public List<Session> sessions() {
        return List.of();
    }

    /** Ends all sessions and takes no more. Idempotent. */
    @Override
    public void close() {}
}
