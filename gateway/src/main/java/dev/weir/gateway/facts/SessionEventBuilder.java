package dev.weir.gateway.facts;

import dev.weir.schemas.Role;
import dev.weir.schemas.SessionEvent;
import dev.weir.schemas.SessionEventType;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;

/** Collects the fields of a {@link SessionEvent}; empty text is an absent value. One thread. */
final class SessionEventBuilder {
    private final String sessionId;
    private final int number;
    private final SessionEventType type;
    private final long atMicros;
    Role role = Role.UNKNOWN;
    String streamId = "";
    long epoch;
    String reasonCode = "";
    String reasonText = "";
    String subject = "";
    String remoteAddress = "";
    String successorSessionId = "";
    OptionalInt elapsedMillis = OptionalInt.empty();
    OptionalInt connectedMillis = OptionalInt.empty();
    OptionalLong packets = OptionalLong.empty();
    OptionalLong bytes = OptionalLong.empty();
    OptionalLong packetsLost = OptionalLong.empty();
    List<String> codecs = List.of();
    List<String> rids = List.of();

    SessionEventBuilder(String sessionId, int number, SessionEventType type, long atMicros) {
        this.sessionId = sessionId;
        this.number = number;
        this.type = type;
        this.atMicros = atMicros;
    }

    SessionEvent build() {
        return new SessionEvent(
                sessionId,
                number,
                type,
                atMicros,
                role,
                streamId,
                epoch,
                present(reasonCode),
                present(reasonText),
                present(subject),
                present(remoteAddress),
                present(successorSessionId),
                elapsedMillis,
                connectedMillis,
                packets,
                bytes,
                packetsLost,
                codecs,
                rids);
    }

    private static Optional<String> present(String text) {
        return text.isEmpty() ? Optional.empty() : Optional.of(text);
    }
}
