package dev.weir.connector.restream;

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
    /** What is not the public internet: IANA's special-purpose registries (RFC 6890), and multicast. */
    private static final List<Network> RESERVED = List.of(
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
                    "224.0.0.0/4",
                    "240.0.0.0/4",
                    "::/127",
                    "64:ff9b::/96",
                    "64:ff9b:1::/48",
                    "100::/64",
                    "2001::/23",
                    "2001:db8::/32",
                    "2002::/16",
                    "3fff::/20",
                    "5f00::/16",
                    "fc00::/7",
                    "fe80::/10",
                    "fec0::/10",
                    "ff00::/8")
            .stream()
            .map(Network::parse)
            .toList();

    private final List<Network> allowedNetworks = new ArrayList<>();
    private final List<String> allowedHosts = new ArrayList<>();
    private final LookUp lookUp;

    /** Asks for the addresses of a host. */
    @FunctionalInterface
    public interface LookUp {
        /** Returns at least one address. */
        InetAddress[] addresses(String host) throws UnknownHostException;
    }

    private record Network(InetAddress base, int prefix) {
        static Network parse(String text) {
            int slash = text.indexOf('/');
            String address = slash < 0 ? text : text.substring(0, slash);
            InetAddress base = literal(address);
            int bits = base.getAddress().length * 8;
            int prefix = slash < 0 ? bits : Integer.parseInt(text.substring(slash + 1));
            if (prefix < 0 || prefix > bits) {
                throw new IllegalArgumentException("not a prefix length: " + text);
            }
            return new Network(base, prefix);
        }

        boolean contains(InetAddress address) {
            byte[] ours = base.getAddress();
            byte[] other = address.getAddress();
            if (ours.length != other.length) {
                return false;
            }
            for (int bit = 0; bit < prefix; bit++) {
                int mask = 0x80 >> bit % 8;
                if ((ours[bit / 8] & mask) != (other[bit / 8] & mask)) {
                    return false;
                }
            }
            return true;
        }
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
                allowedNetworks.add(Network.parse(text));
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

    private static InetAddress literal(String address) {
        if (address.indexOf(':') < 0 && !address.matches("\\d{1,3}(\\.\\d{1,3}){3}")) {
            throw new IllegalArgumentException("not an address: " + address);
        }
        try {
            return InetAddress.getByName(address);
        } catch (UnknownHostException notAnAddress) {
            throw new IllegalArgumentException("not an address: " + address, notAnAddress);
        }
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
        return contains(allowedNetworks, address) || !contains(RESERVED, address);
    }

    private static boolean contains(List<Network> networks, InetAddress address) {
        return networks.stream().anyMatch(network -> network.contains(address));
    }
}
