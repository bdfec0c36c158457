package dev.weir.schemas;

/** How a frame depends on others. The order is that of the schema; new symbols go to the end. */
public enum FrameType {
    UNKNOWN,
    KEY,
    DELTA,
    AUDIO
}
