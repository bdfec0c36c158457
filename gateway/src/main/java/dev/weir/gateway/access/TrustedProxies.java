package dev.weir.gateway.access;

import dev.weir.webrtc.address.Cidr;
import java.net.InetAddress;
import java.util.List;
import java.util.Optional;

/**
 * Finds the address of a client behind proxies that are trusted.
 *
 * @param blocks where trusted proxies are; a header from anywhere else is ignored
 */
public record TrustedProxies(List<Cidr> blocks) {
    /** Trusts none: the peer is the client. */
    public static final TrustedProxies NONE = new TrustedProxies(List.of());

    private static final int MAX_HOPS = 20;

    public TrustedProxies {
        blocks = List.copyOf(blocks);
    }

    /**
     * Returns the client of a request.
     *
     * @param peer who opened the connection
     * @param forwardedFor the values of {@code X-Forwarded-For} in one text, the nearest hop last; empty when there are none
     */
    public InetAddress client(InetAddress peer, String forwardedFor) {
        InetAddress nearest = Cidr.plain(peer);
        if (forwardedFor.isEmpty() || !Cidr.anyContains(blocks, nearest)) {
            return nearest;
        }
        String[] hops = forwardedFor.split(",", -1);
        // From the right: each hop vouches for the one before, as long as it is one of ours.
        for (int i = hops.length - 1; i >= Math.max(0, hops.length - MAX_HOPS); i--) {
            Optional<InetAddress> hop = Cidr.literal(hops[i].strip());
            if (hop.isEmpty()) {
                return nearest;
            }
            nearest = hop.get();
            if (!Cidr.anyContains(blocks, nearest)) {
                return nearest;
            }
        }
        return nearest;
    }
}
