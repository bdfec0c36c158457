package dev.weir.gateway.session;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;

/** Lists how much of a peer's address is told in logs, events and statistics. */
public enum AddressPrivacy {
    /** Address and port. */
    FULL,
    /** The network only: 24 bits of an IPv4 address, 48 of an IPv6 address; no port. */
    TRUNCATED,
    /** Nothing. */
    NONE;

    private static final Pattern LITERAL = Pattern.compile("[0-9.]{7,15}|[0-9A-Fa-f:.]*:[0-9A-Fa-f:.]*");

    /** Returns {@code address} as far as it may be told; empty text = nothing of it. */
    public String show(InetSocketAddress address) {
        return switch (this) {
            case FULL -> hostAndPort(address.getAddress().getHostAddress(), address.getPort());
            case TRUNCATED -> network(address.getAddress());
            case NONE -> "";
        };
    }

    /**
     * Returns what may be told of a candidate of a peer, such as {@code 192.0.2.7:50000/host}; a name such as mDNS gives
     * stays out of it in every case, since it says nothing: {@code mdns/host}.
     */
    String showCandidate(String candidate) {
        String[] fields = candidate.split("\\s+", 9);
        if (fields.length < 8) {
            return "unreadable";
        }
        String kind = (fields[2].equalsIgnoreCase("udp") ? "" : fields[2].toLowerCase(Locale.ROOT) + "/") + fields[7];
        if (this == NONE) {
            return kind;
        }
        if (fields[4].endsWith(".local")) {
            return "mdns/" + kind;
        }
        if (this == FULL) {
            return hostAndPort(fields[4], fields[5]) + "/" + kind;
        }
        return literal(fields[4]).map(address -> network(address) + "/" + kind).orElse("name/" + kind);
    }

    private static Optional<InetAddress> literal(String host) {
        try {
            return LITERAL.matcher(host).matches() ? Optional.of(InetAddress.getByName(host)) : Optional.empty();
        } catch (UnknownHostException e) {
            return Optional.empty();
        }
    }

    private static String network(InetAddress address) {
        byte[] bits = address.getAddress();
        int kept = bits.length == 4 ? 3 : 6;
        java.util.Arrays.fill(bits, kept, bits.length, (byte) 0);
        try {
            return InetAddress.getByAddress(bits).getHostAddress() + "/" + kept * 8;
        } catch (UnknownHostException e) {
            throw new IllegalStateException("an address keeps its length", e);
        }
    }

    private static String hostAndPort(String host, Object port) {
        return (host.indexOf(':') >= 0 ? "[" + host + "]" : host) + ":" + port;
    }

    /** Returns the word in the configuration, for example {@code truncated}. */
    public String word() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** Returns the choice of that word. */
    public static Optional<AddressPrivacy> of(String word) {
        for (AddressPrivacy choice : values()) {
            if (choice.word().equals(word)) {
                return Optional.of(choice);
            }
        }
        return Optional.empty();
    }
}
