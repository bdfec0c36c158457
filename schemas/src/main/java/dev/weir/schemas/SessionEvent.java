package dev.weir.schemas;

import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * One step in the life of a session. Topic weir.sessions.v1, key = sessionId.
 *
 * <p>The components are the fields of the schema of this name, in its order; absent values are empty.
 *
 * @param number counts up from 0 per session: with sessionId the identity of the event
 * @param epoch 0 while it is not known
 * @param reasonCode stable word for programs, for example "deleted" or "consent-lost"
 * @param reasonText the reason for people
 * @param subject who the token named
 * @param elapsedMillis since CREATED
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
        Optional<String> userAgent,
        OptionalInt elapsedMillis,
        Map<String, String> labels) {
    /** Copies the collections. */
    public SessionEvent {
        labels = Map.copyOf(labels);
    }
}
