package dev.weir.webrtc.client;

/** Hears from a {@link WhipClient}, on its event loop; must not block. */
public interface WhipListener {
    /** Media flows from now on. */
    default void onConnected() {}

    /** A viewer or the server needs a key frame of the track soon (PLI or FIR). */
    default void onKeyframeRequest(int track) {}

    /** The server estimates the bandwidth towards it, in bits per second (REMB). */
    default void onBitrateEstimate(long bitrateBps) {}

    /** The session is over, whoever ended it; comes once. */
    default void onClosed(String reason) {}
}
