package dev.weir.connector.restream;

import dev.weir.webrtc.address.Cidr;
import dev.weir.webrtc.address.PublicInternet;
import java.io.IOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * Decides which addresses may be connected to: those of the public internet, and what the operator allows besides. A name is
 * resolved once, every address behind it is checked, and the connection goes to a checked address. Immutable.
 */
public final class AddressGuard {
    private final List<Cidr> allowedNetworks = new ArrayList<>();
    private final List<String> allowedHosts = new ArrayList<>();
    private final LookUp lookUp;

    /** Asks for the addresses of a host. */
    @FunctionalInterface
    public interface LookUp {
        /** Returns at least one address. */
        InetAddress[] addresses(String host) throws UnknownHostException;
    }

    /**
     * Creates a guard.
     *
     * @param allowed networks such as {@code 10.1.0.0/16} or {@code fd00::/8}, addresses, and names of hosts, that may be
     *     connected to although they are not on the public internet
     * @throws IllegalArgumentException when an entry is none of them
     */
    public AddressGuard(List<String> allowed) {
        this(allowed, InetAddress::getAllByName);
    }

    /** As {@link #AddressGuard(List)}, with another source of addresses than the system's. */
    public AddressGuard(List<String> allowed, LookUp lookUp) {
        this.lookUp = lookUp;
        for (String entry : allowed) {
            String text = entry.trim().toLowerCase(Locale.ROOT);
            if (isLiteral(text)) {
                allowedNetworks.add(Cidr.parse(text));
            } else if (text.matches("[a-z0-9]([a-z0-9._-]*[a-z0-9])?")) {
                allowedHosts.add(text);
            } else {
                throw new IllegalArgumentException("neither a network, nor an address, nor a host: " + entry);
            }
        }
    }

    private static boolean isLiteral(String text) {
        return text.indexOf(':') >= 0 || text.matches("[0-9.]+(/.*)?") || text.indexOf('/') >= 0;
    }

    /**
     * Resolves a host for one connection.
     *
     * @throws IOException when it is unknown, or when an address behind it is not permitted
     */
    public InetAddress resolve(String host) throws IOException {
        return resolveAll(host).get(0);
    }

    /**
     * Resolves a host for one connection, which may go to any of the addresses.
     *
     * @throws IOException when it is unknown, or when an address behind it is not permitted
     */
    public List<InetAddress> resolveAll(String host) throws IOException {
        InetAddress[] addresses;
        try {
            addresses = lookUp.addresses(host);
        } catch (UnknownHostException unknown) {
            throw new IOException("the host " + host + " is unknown", unknown);
        }
        for (InetAddress address : addresses) {
            if (!allowedHosts.contains(host.toLowerCase(Locale.ROOT)) && !permits(address)) {
                throw new IOException(host + " is " + address.getHostAddress()
                        + ", which is not on the public internet: permit it by restream.allow");
            }
        }
        return List.of(addresses);
    }

    /** Tells whether {@code address} may be connected to. */
    public boolean permits(InetAddress address) {
        return Cidr.anyContains(allowedNetworks, address) || PublicInternet.contains(address);
    }
}
