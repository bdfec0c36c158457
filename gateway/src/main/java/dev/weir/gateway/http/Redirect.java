package dev.weir.gateway.http;

import io.undertow.server.HttpServerExchange;
import io.undertow.util.Headers;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * Spreads streams over gateways by 307 (RFC 9725 section 4.5). All offers for a stream go to the same one, because players
 * must find their publisher there; which one, all balancers with the same list agree on (rendezvous hashing).
 */
record Redirect(List<URI> targets) {

    Redirect {
        targets = List.copyOf(targets);
    }

    boolean isOn() {
        return !targets.isEmpty();
    }

    /** Returns the gateway for a stream. */
    Optional<URI> targetOf(String streamId) {
        return targets.stream().max(Comparator.comparingLong(target -> weight(target, streamId)));
    }

    /** Sends the client to {@code endpoint}, for example {@code /whip}, of the stream's gateway, with its query. */
    void send(HttpServerExchange exchange, String endpoint, String streamId) {
        String base = targetOf(streamId).orElseThrow().toString().replaceAll("/+$", "");
        String query = exchange.getQueryString().isEmpty() ? "" : "?" + exchange.getQueryString();
        exchange.getResponseHeaders().put(Headers.LOCATION, base + endpoint + "/" + streamId + query);
        Empty.send(exchange, 307);
    }

    private static long weight(URI target, String streamId) {
        try {
            byte[] text = (target + " " + streamId).getBytes(StandardCharsets.UTF_8);
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(text);
            long weight = 0;
            for (int i = 0; i < Long.BYTES; i++) {
                weight = weight << 8 | (digest[i] & 0xFF);
            }
            return weight;
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }
}
