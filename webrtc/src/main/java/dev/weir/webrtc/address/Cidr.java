package dev.weir.webrtc.address;

import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * A block of addresses (RFC 4632, RFC 4291 section 2.3). An IPv4 address inside IPv6 counts as the IPv4 address.
 *
 * @param network first address of the block
 * @param prefixBits leading bits that all addresses of the block share
 */
public record Cidr(InetAddress network, int prefixBits) {
    private static final Pattern LITERAL =
            Pattern.compile("[0-9]{1,3}(\\.[0-9]{1,3}){3}|[0-9A-Fa-f:.]*:[0-9A-Fa-f:.]*");
    private static final int MAPPED_BYTES = 12;

    public Cidr {
        network = plain(network);
        if (prefixBits < 0 || prefixBits > network.getAddress().length * 8) {
            throw new IllegalArgumentException(
                    "not a prefix length for " + network.getHostAddress() + ": " + prefixBits);
        }
    }

    /**
     * Reads {@code 10.0.0.0/8}, {@code fd00::/8}, or a single address.
     *
     * @throws IllegalArgumentException when it is none of these
     */
    public static Cidr parse(String text) {
        int slash = text.indexOf('/');
        InetAddress network = literal(slash < 0 ? text : text.substring(0, slash))
                .orElseThrow(() -> new IllegalArgumentException("not an address block like 10.0.0.0/8: " + text));
        if (slash < 0) {
            return new Cidr(network, plain(network).getAddress().length * 8);
        }
        try {
            return new Cidr(network, Integer.parseInt(text.substring(slash + 1)));
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException("not an address block like 10.0.0.0/8: " + text, e);
        }
    }

    /** Returns the address that {@code text} spells, without ever asking a name server. */
    public static Optional<InetAddress> literal(String text) {
        if (text.length() > 45 || !LITERAL.matcher(text).matches()) {
            return Optional.empty();
        }
        try {
            return Optional.of(plain(InetAddress.getByName(text)));
        } catch (UnknownHostException e) {
            return Optional.empty();
        }
    }

    /** Returns {@code address}, as IPv4 when it is one inside IPv6: mapped, compatible, or behind the NAT64 prefix. */
    public static InetAddress plain(InetAddress address) {
        byte[] bytes = address.getAddress();
        if (!(address instanceof Inet6Address) || !embedsIpv4(bytes)) {
            return address;
        }
        try {
            return InetAddress.getByAddress(Arrays.copyOfRange(bytes, MAPPED_BYTES, bytes.length));
        } catch (UnknownHostException e) {
            throw new IllegalStateException(e);
        }
    }

    private static boolean embedsIpv4(byte[] bytes) {
        boolean nat64 = bytes[0] == 0 && bytes[1] == 0x64 && bytes[2] == (byte) 0xFF && bytes[3] == (byte) 0x9B;
        int zeros = 0;
        for (int i = nat64 ? 4 : 0; i < MAPPED_BYTES && bytes[i] == 0; i++) {
            zeros++;
        }
        boolean mapped = zeros == 10 && bytes[10] == (byte) 0xFF && bytes[11] == (byte) 0xFF;
        // ::1 and :: are no IPv4 addresses.
        boolean compatible = !nat64 && zeros == MAPPED_BYTES && (bytes[12] != 0 || bytes[13] != 0 || bytes[14] != 0);
        return mapped || compatible || (nat64 && zeros == 8);
    }

    /** Returns whether {@code address} lies in this block. */
    public boolean contains(InetAddress address) {
        byte[] theirs = plain(address).getAddress();
        byte[] ours = network.getAddress();
        if (theirs.length != ours.length) {
            return false;
        }
        int whole = prefixBits / 8;
        if (!Arrays.equals(ours, 0, whole, theirs, 0, whole)) {
            return false;
        }
        int rest = prefixBits % 8;
        return rest == 0 || ((ours[whole] ^ theirs[whole]) & 0xFF) >>> (8 - rest) == 0;
    }

    /** Returns whether one of {@code blocks} holds {@code address}. */
    public static boolean anyContains(List<Cidr> blocks, InetAddress address) {
        for (Cidr block : blocks) {
            if (block.contains(address)) {
                return true;
            }
        }
        return false;
    }

    @Override
    public String toString() {
        return network.getHostAddress() + "/" + prefixBits;
    }
}
