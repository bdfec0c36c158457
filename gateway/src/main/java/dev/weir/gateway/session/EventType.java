package dev.weir.gateway.session;

import java.util.Locale;
import java.util.Optional;

/** Lists what a viewer can be told of while it watches (WHEP events extension). */
public enum EventType {
    /** Somebody publishes the stream. */
    ACTIVE,
    /** Nobody publishes it any more, or nothing comes. */
    INACTIVE,
    /** Which simulcast layers come. */
    LAYERS,
    /** The viewer is to make a new session, and to leave this one. */
    RECONNECT,
    /** How many watch. */
    VIEWERCOUNT;

    /** Returns the name on the wire. */
    public String word() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** Returns the type of that name. */
    public static Optional<EventType> of(String word) {
        for (EventType type : values()) {
            if (type.word().equals(word)) {
                return Optional.of(type);
            }
        }
        return Optional.empty();
    }
}
