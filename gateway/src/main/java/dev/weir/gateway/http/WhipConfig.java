package dev.weir.gateway.http;

import java.net.URI;
import java.time.Duration;
import java.util.List;

/**
 * Settings of the WHIP and WHEP side.
 *
 * @param preconditions what is done about a PATCH without an If-Match
 * @param redirectTo gateways that offers are sent on to in turn (307); empty: they are served here
 * @param serverOfferLife how long a player may take to answer our offer (draft-ietf-wish-whep section 4.3.2)
 */
public record WhipConfig(Preconditions preconditions, List<URI> redirectTo, Duration serverOfferLife) {
    /** Lenient, no redirects, 30 s. */
    public static final WhipConfig DEFAULT = new WhipConfig(Preconditions.LENIENT, List.of(), Duration.ofSeconds(30));

    public WhipConfig {
        redirectTo = List.copyOf(redirectTo);
        for (URI target : redirectTo) {
            boolean http = "http".equals(target.getScheme()) || "https".equals(target.getScheme());
            if (!http || target.getHost() == null || target.getQuery() != null || target.getFragment() != null) {
                throw new IllegalArgumentException("whip.redirect-to needs absolute http(s) addresses: " + target);
            }
        }
        if (serverOfferLife.toSeconds() < 1) {
            throw new IllegalArgumentException("whep.server-offer-life must be at least 1 s: " + serverOfferLife);
        }
    }
}
