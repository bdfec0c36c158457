package dev.weir.gateway.http;

import dev.weir.gateway.relay.MediaRelay;
import dev.weir.gateway.session.IceServers;
import dev.weir.gateway.session.Sessions;
import java.util.function.Supplier;

/**
 * What the HTTP side makes reachable.
 *
 * @param metrics gives Prometheus text
 * @param health gives the present state
 */
public record Backend(
        Sessions sessions,
        MediaRelay relay,
        IceServers iceServers,
        Supplier<String> metrics,
        Supplier<Health> health) {}
