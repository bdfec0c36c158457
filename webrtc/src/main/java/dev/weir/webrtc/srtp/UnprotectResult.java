package dev.weir.webrtc.srtp;

/** Tells what became of an inbound packet. Everything but {@link #OK} means: drop and count it. */
public enum UnprotectResult {
    OK,
    /** Too short or not shaped like RTP or RTCP. */
    TOO_SHORT,
    AUTHENTICATION_FAILED,
    /** Seen before, or older than the replay window. */
    REPLAYED,
    /** The peer uses more SSRCs than we keep state for. */
    TOO_MANY_STREAMS
}
