package dev.weir.schemas;

/** Way of the packets, seen from the gateway. The order is that of the schema; new symbols go to the end. */
public enum Direction {
    UNKNOWN,
    INBOUND,
    OUTBOUND
}
