package dev.weir.schemas;

/** Step in the life of a session. The order is that of the schema; new symbols go to the end. */
public enum SessionEventType {
    UNKNOWN,
    CREATED,
    REJECTED,
    CONNECTED,
    LAYER_CHANGED,
    SUPERSEDED,
    CLOSED
}
