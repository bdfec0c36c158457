package dev.weir.gateway.access;

import dev.weir.webrtc.address.Cidr;
import java.util.List;

/**
 * Settings of the rates of POST, PATCH and DELETE.
 *
 * @param perAddress of one IPv4 address, or one IPv6 network of 64 bits
 * @param perSubject of one subject of a token
 * @param exempt addresses that are not counted
 */
public record RateConfig(Rate perAddress, Rate perSubject, List<Cidr> exempt) {
    /** Two hundred viewers behind one address may join at once; loopback is not counted. */
    public static final RateConfig DEFAULT = new RateConfig(
            new Rate(1_000, 1_200), new Rate(2_000, 6_000), List.of(Cidr.parse("127.0.0.0/8"), Cidr.parse("::1")));

    public RateConfig {
        exempt = List.copyOf(exempt);
    }
}
