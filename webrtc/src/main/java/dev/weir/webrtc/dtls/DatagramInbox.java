package dev.weir.webrtc.dtls;

import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** Carries datagrams from the loop to the thread of a handshake. Bounded: what does not fit is lost, as on a network. */
public interface DatagramInbox {
    /** Hands a datagram over; called on the loop. The inbox owns the array from now on. */
    void put(byte[] datagram);

    /** Returns the next datagram without waiting, or null when there is none. */
    byte @Nullable [] poll();

    /**
     * Waits for a datagram; called on the handshake's thread.
     *
     * @return the datagram, or null when {@code waitMillis} passed without one
     * @throws IOException once the inbox is closed, or when the thread is interrupted
     */
    byte @Nullable [] take(int waitMillis) throws IOException;

    /** Ends the wait of the handshake's thread. */
    void close();
}
