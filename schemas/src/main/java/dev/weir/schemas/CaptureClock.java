package dev.weir.schemas;

/** Where a capture time comes from. The order is that of the schema; new symbols go to the end. */
public enum CaptureClock {
    UNKNOWN,
    ABS_CAPTURE_TIME,
    SENDER_REPORT
}
