package dev.weir.gateway.http;

import dev.weir.webrtc.address.Cidr;
import java.util.List;

/**
 * Settings of the cap on connections.
 *
 * @param perAddress connections at a time of one IPv4 address, or one IPv6 network of 64 bits
 * @param exempt addresses that are not counted
 */
public record ConnectionConfig(int perAddress, List<Cidr> exempt) {
    /** An office full of viewers fits in; loopback is not counted. */
    public static final ConnectionConfig DEFAULT =
            new ConnectionConfig(512, List.of(Cidr.parse("127.0.0.0/8"), Cidr.parse("::1")));

    public ConnectionConfig {
        exempt = List.copyOf(exempt);
        if (perAddress < 1) {
            throw new IllegalArgumentException("http.max-connections-per-address must be positive: " + perAddress);
        }
    }
}
