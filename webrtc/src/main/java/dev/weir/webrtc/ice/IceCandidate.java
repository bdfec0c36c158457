package dev.weir.webrtc.ice;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Holds one UDP candidate of component 1 (RFC 8839 section 5.1).
 *
 * @param foundation 1 to 32 ice-chars
 * @param priority unsigned 31-bit priority (RFC 8445 section 5.1.2)
 * @param address IP address and port; never a host name
 * @param type {@code host}, {@code srflx}, {@code prflx} or {@code relay}
 */
public record IceCandidate(String foundation, long priority, InetSocketAddress address, String type) {
    /** Strict, because Java asks the name service for what only resembles an address, such as 1.2.3.400. */
    private static final Pattern NUMERIC =
            Pattern.compile("((25[0-5]|(2[0-4]|1[0-9]|[1-9]?)[0-9])(\\.(?!$)|$)){4}|[0-9A-Fa-f:.]*:[0-9A-Fa-f:.]*");

    private static final Pattern FOUNDATION = Pattern.compile("[A-Za-z0-9+/]{1,32}");
    private static final Pattern TYPE = Pattern.compile("[A-Za-z]{1,16}");
    private static final int HOST_TYPE_PREFERENCE = 126;

    /**
     * Returns a host candidate. {@code index} is its place in our list of preference: 0 first (clients such as FFmpeg use
     * only the first one).
     */
    public static IceCandidate host(InetSocketAddress address, int index) {
        return new IceCandidate(Integer.toString(index + 1), hostPriority(index), address, "host");
    }

    /** Returns the priority of the host candidate at {@code index} (RFC 8445 section 5.1.2.1). */
    static long hostPriority(int index) {
        long localPreference = 65_535L - index;
        return ((long) HOST_TYPE_PREFERENCE << 24) | (localPreference << 8) | 255;
    }

    /**
     * Reads a candidate attribute, with or without {@code a=} and {@code candidate:}. Empty for everything that we do not
     * use: other components, TCP, host names such as mDNS {@code .local}, which are never resolved, and addresses that are
     * nobody's.
     */
    public static Optional<IceCandidate> parse(String line) {
        String text = line.strip();
        if (text.startsWith("a=")) {
            text = text.substring(2);
        }
        if (text.startsWith("candidate:")) {
            text = text.substring("candidate:".length());
        }
        String[] fields = text.split("\\s+", 9);
        if (fields.length < 8 || !fields[1].equals("1") || !fields[2].equalsIgnoreCase("udp")) {
            return Optional.empty();
        }
        if (!FOUNDATION.matcher(fields[0]).matches()
                || !NUMERIC.matcher(fields[4]).matches()
                || !fields[6].equals("typ")
                || !TYPE.matcher(fields[7]).matches()) {
            return Optional.empty();
        }
        try {
            int port = Integer.parseInt(fields[5]);
            long priority = Long.parseLong(fields[3]);
            if (port < 1 || port > 65_535 || priority < 0 || priority > 0xFFFFFFFFL) {
                return Optional.empty();
            }
            InetAddress ip = InetAddress.getByName(fields[4]);
            if (ip.isAnyLocalAddress() || ip.isMulticastAddress()) {
                return Optional.empty();
            }
            InetSocketAddress address = new InetSocketAddress(ip, port);
            return Optional.of(new IceCandidate(fields[0], priority, address, fields[7].toLowerCase(Locale.ROOT)));
        } catch (NumberFormatException | UnknownHostException e) {
            return Optional.empty();
        }
    }

    /** Returns the attribute value as SDP wants it after {@code a=}: {@code candidate:1 1 udp 2130706431 192.0.2.1 3478 typ host}. */
    public String toSdp() {
        String host = address.getAddress().getHostAddress();
        int scope = host.indexOf('%');
        return "candidate:" + foundation + " 1 udp " + priority + " " + (scope < 0 ? host : host.substring(0, scope))
                + " " + address.getPort() + " typ " + type;
    }
}
