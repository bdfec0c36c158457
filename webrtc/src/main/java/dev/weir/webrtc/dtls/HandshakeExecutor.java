package dev.weir.webrtc.dtls;

import java.util.concurrent.Executor;

/**
 * Runs handshakes, which block a thread each: bound it. May throw {@link java.util.concurrent.RejectedExecutionException};
 * the connection then fails with a reason.
 */
@FunctionalInterface
public interface HandshakeExecutor extends Executor {
    /** Returns what one handshake waits at for datagrams. A simulation supplies one that waits in virtual time. */
    default DatagramInbox newInbox() {
        return new BlockingInbox(() -> {}, () -> {});
    }
}
