package dev.weir.schemas;

/** Where a target of restreaming stands. The order is that of the schema; new symbols go to the end. */
public enum TargetState {
    UNKNOWN,
    /** No media of the stream has come yet. */
    WAITING_FOR_MEDIA,
    /** A connection is being opened. */
    CONNECTING,
    /** Connected. */
    SENDING,
    /** The last connection failed; the next attempt comes after a pause. */
    WAITING_TO_RETRY,
    /** The task has ended. */
    STOPPED
}
