package dev.weir.webrtc.client;

import java.nio.ByteBuffer;

/** Hears from a {@link WhepClient}, on its event loop; must not block. */
public interface WhepListener {
    /** Media flows from now on. */
    default void onConnected() {}

    /**
     * A packet arrived, each sequence number once, in order of arrival; retransmitted ones look as if they had not been lost.
     *
     * @param track index in the list given to {@link WhepClient#view}
     * @param packet a valid RTP packet, borrowed until return
     * @param extendedSequence its sequence number, unwrapped
     */
    default void onRtp(int track, ByteBuffer packet, long extendedSequence, long nowNanos) {}

    /** The session is over, whoever ended it; comes once. */
    default void onClosed(String reason) {}
}
