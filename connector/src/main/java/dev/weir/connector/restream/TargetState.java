package dev.weir.connector.restream;

/** Where a target stands. */
public enum TargetState {
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
