package dev.weir.gateway.access;

import java.net.InetAddress;
import java.util.List;
import java.util.stream.Stream;

/**
 * Says which addresses the gateway itself may send requests to (server-side request forgery): those of the public internet,
 * and what the operator names.
 *
 * @param permitted blocks beyond the public internet
 */
public record OutboundPolicy(List<Cidr> permitted) {
    /** The public internet only. */
    public static final OutboundPolicy PUBLIC = new OutboundPolicy(List.of());

    /** What is not globally reachable (IANA special-purpose registries; RFC 6890), cloud metadata services included. */
    private static final List<Cidr> SPECIAL = Stream.of(
                    "0.0.0.0/8",
                    "10.0.0.0/8",
                    "100.64.0.0/10",
                    "127.0.0.0/8",
                    "169.254.0.0/16",
                    "172.16.0.0/12",
                    "192.0.0.0/24",
                    "192.0.2.0/24",
                    "192.88.99.0/24",
                    "192.168.0.0/16",
                    "198.18.0.0/15",
                    "198.51.100.0/24",
                    "203.0.113.0/24",
                    "224.0.0.0/3",
                    "::/128",
                    "::1/128",
                    "64:ff9b:1::/48",
                    "100::/64",
                    "2001::/23",
                    "2001:db8::/32",
                    "2002::/16",
                    "3fff::/20",
                    "5f00::/16",
                    "fc00::/7",
                    "fe80::/9",
                    "ff00::/8")
            .map(Cidr::parse)
            .toList();

    public OutboundPolicy {
        permitted = List.copyOf(permitted);
    }

    /** Returns whether a connection to {@code address} may be made. */
    public boolean permits(InetAddress address) {
        return Cidr.anyContains(permitted, address) || !Cidr.anyContains(SPECIAL, address);
    }
}
