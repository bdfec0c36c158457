package dev.weir.connector.restream;

import java.net.InetSocketAddress;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.Locale;

/**
 * Where packets go: {@code rtp://host:port}. Track n goes to port + 2n, its RTCP to the port behind it (RFC 3550 section
 * 11).
 *
 * @param host name or address
 * @param port even port of the first track
 */
public record RtpTarget(String host, int port) {
    private static final int HIGHEST_PORT = 65_534;

    /** Checks the port. */
    public RtpTarget {
        if (port < 1 || port > HIGHEST_PORT || port % 2 != 0) {
            throw new IllegalArgumentException("the port of an RTP target must be even and at most " + HIGHEST_PORT);
        }
    }

    /**
     * Reads a URL. Messages never repeat it, because it may hold a key.
     *
     * @throws IllegalArgumentException when it is not {@code rtp://host:port}
     */
    public static RtpTarget parse(String url) {
        URI uri;
        try {
            uri = new URI(url.trim());
        } catch (URISyntaxException malformed) {
            throw new IllegalArgumentException("not a URL (" + malformed.getReason() + ")", malformed);
        }
        String scheme = uri.getScheme() == null ? "" : uri.getScheme().toLowerCase(Locale.ROOT);
        if (!scheme.equals("rtp")) {
            throw new IllegalArgumentException("only rtp://host:port can be pushed to yet, not "
                    + (scheme.isEmpty() ? "a URL without a scheme" : scheme + "://"));
        }
        String host = uri.getHost();
        if (host == null || uri.getPort() < 0) {
            throw new IllegalArgumentException("an RTP target is rtp://host:port");
        }
        return new RtpTarget(host.startsWith("[") ? host.substring(1, host.length() - 1) : host, uri.getPort());
    }

    /** Resolves the address of a track's RTP or RTCP port. */
    InetSocketAddress address(int track, boolean rtcp) {
        return new InetSocketAddress(host, port + 2 * track + (rtcp ? 1 : 0));
    }

    /** Returns what logs may show: host and port, nothing else that the URL held. */
    @Override
    public String toString() {
        return "rtp://" + host + ":" + port;
    }
}
