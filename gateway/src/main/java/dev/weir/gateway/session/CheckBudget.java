package dev.weir.gateway.session;

import dev.weir.webrtc.ice.CheckLimit;
import java.net.InetAddress;

/**
 * What a session's full agent may send before the peer answers: no more bytes than the peer sent us, by HTTP and by authentic
 * checks, and to an address that nothing came from no more than {@link UnansweredChecks} allows all sessions. On the session's
 * loop.
 */
final class CheckBudget implements CheckLimit {
    private final UnansweredChecks shared;
    private long bytes;

    /** Begins with {@code bytes}, the length of the peer's description. */
    CheckBudget(UnansweredChecks shared, int bytes) {
        this.shared = shared;
        this.bytes = bytes;
    }

    @Override
    public boolean admits(InetAddress to, int length, boolean heard, long nowNanos) {
        if (bytes < length || !(heard || shared.admits(to, length, nowNanos))) {
            return false;
        }
        bytes -= length;
        return true;
    }

    @Override
    public void received(int length) {
        bytes += length;
    }

    @Override
    public void answered(InetAddress by, long nowNanos) {
        shared.answered(by, nowNanos);
    }
}
