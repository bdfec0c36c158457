package dev.weir.gateway.http;

import dev.weir.gateway.session.IceServers;
import io.undertow.server.HttpServerExchange;
import java.util.List;

/**
 * What the Link headers of an endpoint tell: ICE servers, and the extensions of a session (RFC 9725 sections 4.6 and 4.9).
 *
 * @param extensions those that every session of the endpoint has
 */
record Announcement(IceServers iceServers, List<Extension> extensions) {

    Announcement {
        extensions = List.copyOf(extensions);
    }

    void tellIceServers(HttpServerExchange exchange) {
        iceServers
                .serversFor(Callers.of(exchange))
                .forEach(server -> Link.of(server).addTo(exchange));
    }

    /** Tells all about the session at {@code location}. */
    void tellSession(HttpServerExchange exchange, String location) {
        extensions.forEach(extension -> extension.link(location).addTo(exchange));
        tellIceServers(exchange);
    }
}
