package dev.weir.gateway.session;

/** Lists the states of a {@link Session} with the transitions that are legal. */
public enum SessionState {
    /** Made; nothing agreed on yet. */
    NEW,
    /** Offer and answer are exchanged. */
    NEGOTIATED,
    /** The peer's connectivity checks arrive. */
    CONNECTING,
    /** Media may flow. */
    CONNECTED,
    /** Connected, but a publisher's media has not come for 2 s. */
    STALLED,
    /** Over, for whatever reason; final. */
    CLOSED;

    /** Returns whether a session in this state may enter {@code next}. */
    public boolean canBecome(SessionState next) {
        return switch (this) {
            case NEW -> next == NEGOTIATED || next == CLOSED;
            case NEGOTIATED -> next == CONNECTING || next == CONNECTED || next == CLOSED;
            case CONNECTING -> next == CONNECTED || next == CLOSED;
            case CONNECTED -> next == STALLED || next == CLOSED;
            case STALLED -> next == CONNECTED || next == CLOSED;
            case CLOSED -> false;
        };
    }
}
