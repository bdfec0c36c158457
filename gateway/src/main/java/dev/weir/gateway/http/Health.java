package dev.weir.gateway.http;

import java.util.Map;

/**
 * What {@code GET /health} answers.
 *
 * @param degraded whether something works less well than it should; live media still flows
 * @param checks name of a part to what can be said about it
 */
public record Health(boolean degraded, Map<String, String> checks) {
    /** Nothing to complain about. */
    public static final Health OK = new Health(false, Map.of());

    public Health {
        checks = Map.copyOf(checks);
    }
}
