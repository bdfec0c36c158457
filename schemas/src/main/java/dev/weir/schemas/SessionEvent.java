package dev.weir.schemas;

import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;

/**
 * One step in the life of a session. Topic weir.sessions.v1, key = sessionId.
 *
 * <p>The components are the fields of the schema of this name, in its order; absent values are empty.
 *
 * @param sessionId the public name of the session, which does not give access to it; for REJECTED a name made up for the event
 * @param number counts up from 0 per session: with sessionId the identity of the event
 * @param epoch of a publisher; 0 while it is not known, and for viewers
 * @param reasonCode CLOSED and REJECTED: stable word for programs, for example "client-delete" or "consent-lost"
 * @param reasonText the reason for people
 * @param subject who the token named; null = nobody
 * @param remoteAddress CLOSED: address and port of the peer, as far as the configuration lets it be written down
 * @param successorSessionId SUPERSEDED: the session that holds the stream now
 * @param elapsedMillis since CREATED
 * @param connectedMillis CLOSED: time in which media could flow
 * @param packets CLOSED: RTP packets from the publisher or to the viewer
 * @param bytes CLOSED: their payload
 * @param codecs CLOSED: what flowed
 * @param rids LAYER_CHANGED: simulcast layer of each m-line, empty = none
 */
public record SessionEvent(
        String sessionId,
        int number,
        SessionEventType type,
        long atMicros,
        Role role,
        String streamId,
        long epoch,
        Optional<String> reasonCode,
        Optional<String> reasonText,
        Optional<String> subject,
        Optional<String> remoteAddress,
        Optional<String> successorSessionId,
        OptionalInt elapsedMillis,
        OptionalInt connectedMillis,
        OptionalLong packets,
        OptionalLong bytes,
        OptionalLong packetsLost,
        List<String> codecs,
        List<String> rids) {
    /** Copies the collections. */
    public SessionEvent {
        codecs = List.copyOf(codecs);
        rids = List.copyOf(rids);
    }
}
