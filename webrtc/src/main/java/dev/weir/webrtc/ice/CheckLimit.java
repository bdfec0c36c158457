package dev.weir.webrtc.ice;

import java.net.InetAddress;

/**
 * Decides which checks a server's full agent may send to an address that has not answered any: it may be that of somebody
 * who never asked (RFC 8445 section 19.5.1). On the agent's loop.
 */
public interface CheckLimit {
    /** Lets everything pass: for a client, which dials whom its user names. */
    CheckLimit NONE = new CheckLimit() {
        @Override
        public boolean admits(InetAddress to, int bytes, boolean heard, long nowNanos) {
            return true;
        }

        @Override
        public void received(int bytes) {}

        @Override
        public void answered(InetAddress by, long nowNanos) {}
    };

    /**
     * Returns whether a check of {@code bytes} may go to {@code to} now; if so, it counts. {@code heard} tells that an
     * authentic check came from there. Otherwise the agent asks again in a moment.
     */
    boolean admits(InetAddress to, int bytes, boolean heard, long nowNanos);

    /** Notes an authentic check of the peer. */
    void received(int bytes);

    /** Notes that {@code by} answered a check of ours, which only its owner can. */
    void answered(InetAddress by, long nowNanos);
}
