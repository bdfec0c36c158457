package dev.weir.gateway;

import dev.weir.gateway.config.Config;
import dev.weir.gateway.config.ConfigException;
import dev.weir.gateway.config.Key;
import dev.weir.gateway.session.TurnServers;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;

/** Reads what is about connectivity. */
final class IceReader {
    private static final String LITERAL = "[0-9.]+|[0-9A-Fa-f:.]*:[0-9A-Fa-f:.]*";

    private IceReader() {}

    static void read(Config config, ServerConfig.Builder builder) throws ConfigException {
        boolean full = switch (config.text(Key.ICE_MODE)) {
            case "lite" -> false;
            case "full" -> true;
            default -> throw config.wrong(Key.ICE_MODE, "must be lite or full");
        };
        builder.fullIce(full)
                .trickle(config.bool(Key.ICE_TRICKLE))
                .iceRestart(config.bool(Key.ICE_RESTART))
                .publicAddresses(publicAddresses(config));
        List<String> uris = config.list(Key.ICE_SERVERS);
        if (!uris.isEmpty()) {
            builder.iceServers(turnServers(config, uris));
        }
    }

    private static List<String> publicAddresses(Config config) throws ConfigException {
        List<String> literals = new ArrayList<>();
        for (String text : config.list(Key.UDP_PUBLIC_ADDRESS)) {
            try {
                if (!text.matches(LITERAL)) {
                    throw config.wrong(Key.UDP_PUBLIC_ADDRESS, "must be an IP address, not a name: " + text);
                }
                literals.add(InetAddress.getByName(text).getHostAddress());
            } catch (UnknownHostException e) {
                throw config.wrong(Key.UDP_PUBLIC_ADDRESS, "is not an IP address: " + text);
            }
        }
        long ipv6 = literals.stream().filter(literal -> literal.contains(":")).count();
        if (ipv6 > 1 || literals.size() - ipv6 > 1) {
            throw config.wrong(Key.UDP_PUBLIC_ADDRESS, "names two addresses of one family");
        }
        return literals;
    }

    private static TurnServers turnServers(Config config, List<String> uris) throws ConfigException {
        String secret = config.text(Key.ICE_TURN_SECRET);
        try {
            return secret.isEmpty()
                    ? TurnServers.withFixedCredentials(
                            uris, config.text(Key.ICE_TURN_USERNAME), config.text(Key.ICE_TURN_PASSWORD))
                    : TurnServers.withSharedSecret(
                            uris, secret, config.duration(Key.ICE_TURN_LIFETIME), InstantSource.system());
        } catch (IllegalArgumentException e) {
            throw config.wrong(Key.ICE_SERVERS, String.valueOf(e.getMessage()));
        }
    }
}
