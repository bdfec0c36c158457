package dev.weir.schemas;

/** What a track carries. The order is that of the schema; new symbols go to the end. */
public enum TrackKind {
    UNKNOWN,
    VIDEO,
    AUDIO
}
