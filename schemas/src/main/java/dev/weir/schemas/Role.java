package dev.weir.schemas;

/** Side of the gateway that a session is on. The order is that of the schema; new symbols go to the end. */
public enum Role {
    UNKNOWN,
    PUBLISHER,
    VIEWER
}
