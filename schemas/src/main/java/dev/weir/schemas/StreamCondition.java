package dev.weir.schemas;

/** State of a stream in the catalogue. The order is that of the schema; new symbols go to the end. */
public enum StreamCondition {
    UNKNOWN,
    LIVE,
    STALLED,
    OFFLINE
}
