package dev.weir.connector.restream;

import java.net.URI;
import java.net.URISyntaxException;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * Where a stream is pushed. Path, query and user hold keys and passwords, so {@link #toString} leaves them out, and no
 * message repeats them.
 *
 * @param scheme which protocol
 * @param host name or address, an IPv6 address without brackets
 * @param port the port, the protocol's own when the URL has none
 * @param path the raw path without its leading slash
 * @param query the parameters, decoded
 * @param rawQuery the query as it was given, empty without one
 * @param user name and password, empty without them
 */
public record TargetUrl(
        Scheme scheme, String host, int port, String path, Map<String, String> query, String rawQuery, String user) {

    /** The protocols. */
    public enum Scheme {
        /** Plain RTP over UDP. */
        RTP("rtp", -1),
        /** RTP over UDP, encrypted with keys that the session description tells. */
        SRTP("srtp", -1),
        /** RTSP, RECORD (RFC 2326). */
        RTSP("rtsp", 554),
        /** RTSP over TLS. */
        RTSPS("rtsps", 322),
        /** RTMP and Enhanced RTMP. */
        RTMP("rtmp", 1_935),
        /** RTMP over TLS. */
        RTMPS("rtmps", 443),
        /** SRT with MPEG-TS. */
        SRT("srt", -1),
        /** MPEG-TS over UDP. */
        UDP("udp", -1),
        /** WHIP over plain HTTP. */
        WHIP_HTTP("whip+http", 80),
        /** WHIP. */
        WHIP_HTTPS("whip+https", 443),
        /** HLS by HTTP PUT, not encrypted. */
        HLS_HTTP("hls+http", 80),
        /** HLS by HTTP PUT. */
        HLS_HTTPS("hls+https", 443);

        private final String text;
        private final int defaultPort;

        Scheme(String text, int defaultPort) {
            this.text = text;
            this.defaultPort = defaultPort;
        }

        /** Returns the scheme as a URL has it. */
        public String text() {
            return text;
        }

        /** Tells whether only a session description lets a receiver understand the packets. */
        public boolean needsSessionFile() {
            return this == RTP || this == SRTP;
        }

        /** Returns all schemes, for messages. */
        public static String all() {
            return Arrays.stream(values()).map(scheme -> scheme.text + "://").collect(Collectors.joining(", "));
        }
    }

    private static final int HIGHEST_PORT = 65_535;

    /** Copies the map. */
    public TargetUrl {
        query = Map.copyOf(query);
    }

    /**
     * Reads a URL.
     *
     * @throws IllegalArgumentException when it is none of ours; the message does not repeat it
     */
    public static TargetUrl parse(String url) {
        URI uri;
        try {
            uri = new URI(url.trim());
        } catch (URISyntaxException malformed) {
            throw new IllegalArgumentException("not a URL (" + malformed.getReason() + ")");
        }
        String text = uri.getScheme() == null ? "" : uri.getScheme().toLowerCase(Locale.ROOT);
        Scheme scheme = Arrays.stream(Scheme.values())
                .filter(each -> each.text.equals(text))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("a target begins with one of " + Scheme.all() + ", not "
                        + (text.isEmpty() ? "a URL without a scheme" : text + "://")));
        Map<String, String> query = query(uri.getRawQuery());
        boolean listens = scheme == Scheme.SRT && "listener".equals(query.get("mode"));
        String host = Optional.ofNullable(uri.getHost()).orElse(listens ? "0.0.0.0" : "");
        int port = uri.getPort() < 0 && uri.getHost() == null && listens ? port(uri) : uri.getPort();
        if (host.isEmpty()) {
            throw new IllegalArgumentException("the URL names no host");
        }
        port = port < 0 ? scheme.defaultPort : port;
        if (port < 1 || port > HIGHEST_PORT) {
            throw new IllegalArgumentException("a target of " + scheme.text + ":// needs a port");
        }
        String bare = host.startsWith("[") ? host.substring(1, host.length() - 1) : host;
        String path = Optional.ofNullable(uri.getRawPath()).orElse("");
        TargetUrl target = new TargetUrl(
                scheme,
                bare,
                port,
                path.startsWith("/") ? path.substring(1) : path,
                query,
                Optional.ofNullable(uri.getRawQuery()).orElse(""),
                Optional.ofNullable(uri.getUserInfo()).orElse(""));
        target.check();
        return target;
    }

    /** Reads the port of {@code srt://:9000}, which has no host. */
    private static int port(URI uri) {
        String authority = Optional.ofNullable(uri.getRawAuthority()).orElse("");
        return authority.matches(":\\d{1,5}") ? Integer.parseInt(authority.substring(1)) : -1;
    }

    private static Map<String, String> query(String raw) {
        Map<String, String> parameters = new LinkedHashMap<>();
        if (raw != null) {
            for (String pair : raw.split("&", -1)) {
                int equals = pair.indexOf('=');
                String name = equals < 0 ? pair : pair.substring(0, equals);
                String value = equals < 0 ? "" : pair.substring(equals + 1);
                parameters.put(name, URLDecoder.decode(value.replace("+", "%2B"), StandardCharsets.UTF_8));
            }
        }
        return parameters;
    }

    private void check() {
        switch (scheme) {
            case RTP, SRTP ->
                require(
                        port % 2 == 0 && port < HIGHEST_PORT,
                        "the port of an RTP target must be even and at most 65534");
            case RTMP, RTMPS ->
                require(
                        path.indexOf('/') > 0 && !path.endsWith("/"),
                        "an RTMP target is rtmp://host/application/stream-key");
            case SRT -> {
                String mode = query.getOrDefault("mode", "caller");
                require(mode.equals("caller") || mode.equals("listener"), "mode is caller or listener");
                int length = query.getOrDefault("passphrase", "0123456789").length();
                require(length >= 10 && length <= 79, "an SRT passphrase has 10 to 79 characters");
            }
            case HLS_HTTP, HLS_HTTPS ->
                require(path.endsWith(".m3u8"), "an HLS target names its playlist, which ends in .m3u8");
            case RTSP, RTSPS, UDP, WHIP_HTTP, WHIP_HTTPS -> {}
        }
    }

    private static void require(boolean condition, String message) {
        if (!condition) {
            throw new IllegalArgumentException(message);
        }
    }

    /** Returns the host as a URL has it. */
    public String hostInUrl() {
        return host.indexOf(':') >= 0 ? "[" + host + "]" : host;
    }

    /** Returns what logs may show: protocol, host and port. */
    @Override
    public String toString() {
        return scheme.text + "://" + hostInUrl() + ":" + port;
    }
}
