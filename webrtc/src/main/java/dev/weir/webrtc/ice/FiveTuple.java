package dev.weir.webrtc.ice;

import java.net.InetSocketAddress;

/**
 * Names one path: the socket that we receive on and the peer's address.
 *
 * @param local address of our socket, concrete (never a wildcard)
 * @param remote address of the peer as seen from us
 * @param protocol what the two are ports of
 */
public record FiveTuple(InetSocketAddress local, InetSocketAddress remote, Protocol protocol) {
    /** Names a UDP path. */
    public FiveTuple(InetSocketAddress local, InetSocketAddress remote) {
        this(local, remote, Protocol.UDP);
    }

    @Override
    public boolean equals(Object other) {
        return this == other
                || (other instanceof FiveTuple that
                        && remote.equals(that.remote)
                        && local.equals(that.local)
                        && protocol == that.protocol);
    }

    @Override
    public int hashCode() {
        return 31 * remote.hashCode() + local.hashCode();
    }
}
