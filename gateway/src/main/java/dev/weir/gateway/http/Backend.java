package dev.weir.gateway.http;

import dev.weir.gateway.relay.MediaRelay;
import dev.weir.gateway.session.IceServers;
import dev.weir.gateway.session.Sessions;
import java.util.List;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * What the HTTP side makes reachable.
 *
 * @param metrics gives Prometheus text
 * @param health gives the present state
 * @param targets gives what a stream is restreamed to
 */
public record Backend(
        Sessions sessions,
        MediaRelay relay,
        IceServers iceServers,
        Supplier<String> metrics,
        Supplier<Health> health,
        Function<String, List<TargetView>> targets) {}
