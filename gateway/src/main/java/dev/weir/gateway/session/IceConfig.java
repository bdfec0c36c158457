package dev.weir.gateway.session;

import java.util.List;

/**
 * Settings of ICE.
 *
 * @param full whether we check the peers' addresses too, with a full agent (RFC 8445); otherwise they check ours, which needs
 *     an address that they reach (section 2.5)
 * @param trickle whether candidates are taken after the offer, by PATCH
 * @param restart whether ICE may be restarted, by PATCH
 * @param publicAddresses literal addresses to put into answers instead of the sockets' own, for a host behind 1:1 NAT;
 *     usually empty
 */
public record IceConfig(boolean full, boolean trickle, boolean restart, List<String> publicAddresses) {
    /** Lite, with trickling and restarts, the sockets' own addresses. */
    public static final IceConfig DEFAULT = new IceConfig(false, true, true, List.of());

    public IceConfig {
        publicAddresses = List.copyOf(publicAddresses);
    }
}
