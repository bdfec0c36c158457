package dev.weir.gateway.session;

import java.util.List;

/** Knows the STUN and TURN servers for a client (RFC 9725 section 4.6). From any thread; it may block. */
@FunctionalInterface
public interface IceServers {
    /** No servers. */
    IceServers NONE = caller -> List.of();

    /** Returns the servers for {@code caller}, with credentials that live as long as its session may need them. */
    List<IceServer> serversFor(Caller caller);
}
