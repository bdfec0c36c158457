package dev.weir.webrtc.sdp;

import java.util.Optional;

/** Which way media flows, seen from the side that wrote it (RFC 8866 section 6.7). */
enum Direction {
    SENDRECV,
    SENDONLY,
    RECVONLY,
    INACTIVE;

    static Direction of(SessionDescription description, MediaSection section) {
        return in(section.attributeList())
                .or(() -> in(description.attributeList()))
                .orElse(SENDRECV);
    }

    private static Optional<Direction> in(Attributes attributes) {
        for (Direction direction : values()) {
            if (attributes.has(direction.word())) {
                return Optional.of(direction);
            }
        }
        return Optional.empty();
    }

    String word() {
        return switch (this) {
            case SENDRECV -> "sendrecv";
            case SENDONLY -> "sendonly";
            case RECVONLY -> "recvonly";
            case INACTIVE -> "inactive";
        };
    }

    boolean sends() {
        return this == SENDRECV || this == SENDONLY;
    }

    boolean receives() {
        return this == SENDRECV || this == RECVONLY;
    }
}
