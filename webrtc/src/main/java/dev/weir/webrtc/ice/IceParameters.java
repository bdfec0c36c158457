package dev.weir.webrtc.ice;

import java.net.InetSocketAddress;
import java.util.List;

/**
 * Holds what an agent must know to begin.
 *
 * @param role the part to play
 * @param local our credentials
 * @param remote the peer's
 * @param consentTimeoutNanos silence after which consent to send is gone (RFC 7675)
 * @param localAddresses of the UDP sockets that the sink can send from, in order of preference
 * @param checkLimit what a full agent may send to those who have not answered
 */
public record IceParameters(
        IceRole role,
        IceCredentials local,
        IceCredentials remote,
        long consentTimeoutNanos,
        List<InetSocketAddress> localAddresses,
        CheckLimit checkLimit) {
    public IceParameters {
        localAddresses = List.copyOf(localAddresses);
    }

    /** Returns the parameters of the ICE session that follows a restart. */
    IceParameters restarted(IceCredentials newLocal, IceCredentials newRemote) {
        return new IceParameters(role, newLocal, newRemote, consentTimeoutNanos, localAddresses, checkLimit);
    }
}
