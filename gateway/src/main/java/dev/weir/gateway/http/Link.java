package dev.weir.gateway.http;

import dev.weir.gateway.session.IceServer;
import io.undertow.server.HttpServerExchange;
import io.undertow.util.HttpString;
import java.util.LinkedHashMap;
import java.util.Map;

/** A {@code Link} header (RFC 8288), each on a line of its own: some clients don't split a line. */
record Link(String target, String relation, Map<String, String> attributes) {
    private static final HttpString HEADER = new HttpString("Link");

    /** Describes a STUN or TURN server (RFC 9725 section 4.6). */
    static Link of(IceServer server) {
        Map<String, String> attributes = new LinkedHashMap<>();
        if (!server.username().isEmpty()) {
            attributes.put("username", server.username());
            attributes.put("credential", server.credential());
            attributes.put("credential-type", "password");
        }
        return new Link(server.uri(), "ice-server", attributes);
    }

    void addTo(HttpServerExchange exchange) {
        exchange.getResponseHeaders().add(HEADER, toString());
    }

    @Override
    public String toString() {
        StringBuilder text = new StringBuilder("<" + target + ">; rel=" + quoted(relation));
        attributes.forEach(
                (name, value) -> text.append("; ").append(name).append('=').append(quoted(value)));
        return text.toString();
    }

    /** Returns a quoted-string (RFC 9110 section 5.6.4). */
    private static String quoted(String value) {
        return '"' + value.replace("\\", "\\\\").replace("\"", "\\\"") + '"';
    }
}
