package dev.weir.gateway;

import dev.weir.gateway.access.AccessConfig;
import dev.weir.gateway.access.HookConfig;
import dev.weir.gateway.access.JwtConfig;
import dev.weir.gateway.access.OutboundPolicy;
import dev.weir.gateway.access.Rate;
import dev.weir.gateway.access.RateConfig;
import dev.weir.gateway.access.StaticToken;
import dev.weir.gateway.access.TrustedProxies;
import dev.weir.gateway.config.Config;
import dev.weir.gateway.config.ConfigException;
import dev.weir.gateway.config.HostAndPort;
import dev.weir.gateway.config.Key;
import dev.weir.gateway.http.ConnectionConfig;
import dev.weir.gateway.session.Caller;
import dev.weir.gateway.session.FloodConfig;
import dev.weir.gateway.session.Grant;
import dev.weir.gateway.tls.TlsConfig;
import dev.weir.webrtc.address.Cidr;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;

/** Turns the configuration of who may do what, how often, and over which certificate into settings. */
final class AccessReader {
    private static final int MAX_RATE = 1_000_000;

    private AccessReader() {}

    static void read(Config config, ServerConfig.Builder builder) throws ConfigException {
        builder.allowPlainHttp(config.bool(Key.HTTP_ALLOW_PLAIN))
                .access(access(config))
                .rates(rates(config))
                .flood(flood(config))
                .trustedProxies(new TrustedProxies(each(config, Key.HTTP_TRUSTED_PROXIES, Cidr::parse)));
        List<Cidr> uncounted = new ArrayList<>(each(config, Key.LIMITS_EXEMPT, Cidr::parse));
        uncounted.addAll(each(config, Key.HTTP_TRUSTED_PROXIES, Cidr::parse));
        builder.connections(
                new ConnectionConfig(config.integer(Key.HTTP_MAX_CONNECTIONS_PER_ADDRESS, 1, MAX_RATE), uncounted));
        tls(config).ifPresent(builder::tls);
        adminAddress(config).ifPresent(builder::adminAddress);
    }

    private static Optional<TlsConfig> tls(Config config) throws ConfigException {
        String wanted = config.text(Key.HTTP_TLS);
        return switch (wanted) {
            case "off", "" -> Optional.empty();
            case "self-signed" -> Optional.of(new TlsConfig.SelfSigned(ownAddresses(config)));
            default -> {
                Optional<Path> key = Optional.of(config.text(Key.HTTP_TLS_KEY))
                        .filter(text -> !text.isEmpty())
                        .map(Path::of);
                yield Optional.of(new TlsConfig.Files(Path.of(wanted), key, config.text(Key.HTTP_TLS_PASSWORD)));
            }
        };
    }

    /** Every address under which a client may know this machine. */
    private static List<InetAddress> ownAddresses(Config config) throws ConfigException {
        List<InetAddress> addresses = new ArrayList<>();
        try {
            NetworkInterface.networkInterfaces()
                    .flatMap(NetworkInterface::inetAddresses)
                    .forEach(addresses::add);
        } catch (SocketException e) {
            throw config.wrong(Key.HTTP_TLS, "cannot list this machine's addresses: " + e.getMessage());
        }
        Cidr.literal(config.text(Key.UDP_PUBLIC_ADDRESS)).ifPresent(addresses::add);
        return addresses;
    }

    private static Optional<InetSocketAddress> adminAddress(Config config) throws ConfigException {
        if (config.text(Key.HTTP_ADMIN_ADDRESS).isEmpty()) {
            return Optional.empty();
        }
        HostAndPort wanted;
        try {
            wanted = config.address(Key.HTTP_ADMIN_ADDRESS);
        } catch (IllegalArgumentException e) {
            throw config.wrong(Key.HTTP_ADMIN_ADDRESS, "must be " + e.getMessage());
        }
        InetSocketAddress address = wanted.host().isEmpty()
                ? new InetSocketAddress(InetAddress.getLoopbackAddress(), wanted.port())
                : new InetSocketAddress(wanted.host(), wanted.port());
        if (address.isUnresolved()) {
            throw config.wrong(Key.HTTP_ADMIN_ADDRESS, "names a host that does not resolve: " + wanted.host());
        }
        return Optional.of(address);
    }

    private static AccessConfig access(Config config) throws ConfigException {
        OutboundPolicy outbound = new OutboundPolicy(each(config, Key.AUTH_OUTBOUND_NETWORKS, Cidr::parse));
        try {
            return new AccessConfig(
                    each(config, Key.AUTH_TOKENS, StaticToken::parse),
                    jwt(config),
                    hook(config),
                    anonymous(config),
                    config.bool(Key.AUTH_ALLOW_QUERY),
                    outbound);
        } catch (IllegalArgumentException e) {
            throw new ConfigException(String.valueOf(e.getMessage()));
        }
    }

    private static Set<Grant> anonymous(Config config) throws ConfigException {
        return config.list(Key.AUTH_ANONYMOUS).equals(List.of("everything"))
                ? Caller.EVERYTHING
                : new LinkedHashSet<>(each(config, Key.AUTH_ANONYMOUS, Grant::parse));
    }

    private static Optional<JwtConfig> jwt(Config config) {
        String keys = config.text(Key.AUTH_JWT_KEYS);
        return keys.isEmpty()
                ? Optional.empty()
                : Optional.of(new JwtConfig(
                        keys,
                        config.text(Key.AUTH_JWT_ISSUER),
                        config.text(Key.AUTH_JWT_AUDIENCE),
                        config.list(Key.AUTH_JWT_ALGORITHMS),
                        config.text(Key.AUTH_JWT_CLAIM)));
    }

    private static Optional<HookConfig> hook(Config config) throws ConfigException {
        String url = config.text(Key.AUTH_HOOK_URL);
        if (url.isEmpty()) {
            return Optional.empty();
        }
        try {
            return Optional.of(new HookConfig(
                    new URI(url), config.text(Key.AUTH_HOOK_SECRET), config.duration(Key.AUTH_HOOK_TIMEOUT)));
        } catch (URISyntaxException e) {
            throw config.wrong(Key.AUTH_HOOK_URL, "is no address: " + url);
        }
    }

    private static FloodConfig flood(Config config) throws ConfigException {
        return new FloodConfig(
                config.integer(Key.SESSIONS_MAX_UNCONNECTED, 1, MAX_RATE),
                config.integer(Key.SESSIONS_MAX_UNCONNECTED_PER_ADDRESS, 1, MAX_RATE),
                config.bytes(Key.SESSIONS_MAX_RECEIVE_RATE, 1, Long.MAX_VALUE),
                config.integer(Key.SESSIONS_MAX_PACKET_RATE, 1, 100 * MAX_RATE));
    }

    private static RateConfig rates(Config config) throws ConfigException {
        return new RateConfig(
                new Rate(
                        config.integer(Key.LIMITS_ADDRESS_BURST, 1, MAX_RATE),
                        config.integer(Key.LIMITS_ADDRESS_RATE, 1, MAX_RATE)),
                new Rate(
                        config.integer(Key.LIMITS_SUBJECT_BURST, 1, MAX_RATE),
                        config.integer(Key.LIMITS_SUBJECT_RATE, 1, MAX_RATE)),
                each(config, Key.LIMITS_EXEMPT, Cidr::parse));
    }

    private static <T> List<T> each(Config config, Key key, Function<String, T> reader) throws ConfigException {
        List<T> values = new ArrayList<>();
        for (String text : config.list(key)) {
            try {
                values.add(reader.apply(text));
            } catch (IllegalArgumentException e) {
                throw config.wrong(key, String.valueOf(e.getMessage()));
            }
        }
        return values;
    }
}
