package dev.weir.gateway.session;

import java.net.InetAddress;
import java.util.Arrays;
import java.util.HexFormat;

/**
 * What counts as one client: an IPv4 address, or an IPv6 network of 64 bits, because a host may choose any address in it.
 *
 * @param prefix the address or network in hexadecimal
 */
public record ClientNetwork(String prefix) {
    private static final int IPV6_PREFIX_BYTES = 8;

    /** Returns the client that {@code address} belongs to. */
    public static ClientNetwork of(InetAddress address) {
        byte[] bytes = address.getAddress();
        return new ClientNetwork(
                HexFormat.of().formatHex(bytes.length == 4 ? bytes : Arrays.copyOf(bytes, IPV6_PREFIX_BYTES)));
    }
}
