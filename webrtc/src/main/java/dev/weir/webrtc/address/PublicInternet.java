package dev.weir.webrtc.address;

import java.net.InetAddress;
import java.util.List;
import java.util.stream.Stream;

/**
 * Knows which addresses are on the public internet. Whoever connects to where others say (server-side request forgery) goes
 * nowhere else, unless the operator names it. An IPv4 address inside IPv6, mapped, compatible or behind NAT64, counts as the
 * IPv4 address.
 */
public final class PublicInternet {
    /** What is not globally reachable (IANA special-purpose registries; RFC 6890), cloud metadata services included, and multicast. */
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

    private PublicInternet() {}

    /** Tells whether {@code address} is on the public internet. */
    public static boolean contains(InetAddress address) {
        return !Cidr.anyContains(SPECIAL, address);
    }
}
