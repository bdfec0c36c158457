package dev.weir.gateway.access;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JOSEObjectType;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.jwk.source.JWKSource;
import com.nimbusds.jose.jwk.source.JWKSourceBuilder;
import com.nimbusds.jose.jwk.source.RateLimitReachedException;
import com.nimbusds.jose.proc.BadJOSEException;
import com.nimbusds.jose.proc.DefaultJOSEObjectTypeVerifier;
import com.nimbusds.jose.proc.JWSVerificationKeySelector;
import com.nimbusds.jose.proc.SecurityContext;
import com.nimbusds.jose.util.Resource;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.proc.DefaultJWTClaimsVerifier;
import com.nimbusds.jwt.proc.DefaultJWTProcessor;
import com.nimbusds.jwt.proc.ExpiredJWTException;
import dev.weir.gateway.session.Caller;
import dev.weir.gateway.session.Grant;
import java.io.IOException;
import java.net.InetAddress;
import java.net.MalformedURLException;
import java.net.URI;
import java.net.URL;
import java.nio.file.Path;
import java.text.ParseException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Date;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Checks signed tokens (RFC 7519, RFC 8725) and reads who they name and what they allow. From any thread. */
final class JwtVerifier {
    private static final Logger LOG = LoggerFactory.getLogger(JwtVerifier.class);
    private static final Duration KEYS_LIFE = Duration.ofMinutes(5);
    private static final Duration KEYS_TIMEOUT = Duration.ofSeconds(3);
    /** An unknown key id makes the set be fetched again, twice in this time at most. */
    private static final Duration KEYS_INTERVAL = Duration.ofSeconds(30);
    /** How long known keys serve while the issuer cannot be reached. */
    private static final Duration KEYS_OUTAGE = Duration.ofHours(4);

    private final JwtConfig config;
    private final DefaultJWTProcessor<SecurityContext> processor = new DefaultJWTProcessor<>();

    JwtVerifier(JwtConfig config, OutboundClient client, InstantSource clock) {
        this.config = config;
        Set<JWSAlgorithm> algorithms =
                config.algorithms().stream().map(JWSAlgorithm::parse).collect(Collectors.toSet());
        JWKSource<SecurityContext> keys =
                config.isRemote() ? remote(URI.create(config.keys()), client) : new KeyFile(Path.of(config.keys()));
        processor.setJWSTypeVerifier(new DefaultJOSEObjectTypeVerifier<>(
                JOSEObjectType.JWT, new JOSEObjectType("at+jwt"), new JOSEObjectType("weir+jwt"), null));
        processor.setJWSKeySelector(new JWSVerificationKeySelector<>(algorithms, keys));
        JWTClaimsSet exact = new JWTClaimsSet.Builder().issuer(config.issuer()).build();
        processor.setJWTClaimsSetVerifier(new DefaultJWTClaimsVerifier<>(config.audience(), exact, Set.of("exp")) {
            @Override
            protected Date currentTime() {
                return Date.from(clock.instant());
            }
        });
    }

    private static JWKSource<SecurityContext> remote(URI uri, OutboundClient client) {
        return JWKSourceBuilder.<SecurityContext>create(url(uri), asked -> fetch(uri, client))
                .cache(KEYS_LIFE.toMillis(), KEYS_TIMEOUT.multipliedBy(2).toMillis())
                .rateLimited(KEYS_INTERVAL.toMillis())
                .outageTolerant(KEYS_OUTAGE.toMillis())
                .build();
    }

    private static URL url(URI uri) {
        try {
            return uri.toURL();
        } catch (MalformedURLException e) {
            throw new IllegalArgumentException("auth.jwt-keys is no address: " + uri, e);
        }
    }

    private static Resource fetch(URI uri, OutboundClient client) throws IOException {
        OutboundClient.Answer answer = client.get(uri, KEYS_TIMEOUT);
        if (answer.status() != 200) {
            throw new IOException(uri + " answered " + answer.status());
        }
        LOG.info("keys fetched from={}", uri);
        return new Resource(answer.body(), "application/json");
    }

    /** Returns whether {@code token} has the three parts of a signed one. */
    static boolean looksSigned(String token) {
        int first = token.indexOf('.');
        int second = token.indexOf('.', first + 1);
        return first > 0 && second > first + 1 && token.indexOf('.', second + 1) < 0;
    }

    Identity verify(String token, InetAddress address) {
        JWTClaimsSet claims;
        try {
            claims = processor.process(token, null);
        } catch (ParseException | RateLimitReachedException e) {
            return new Identity.Refused("The token is no JWT that is accepted here.");
        } catch (ExpiredJWTException e) {
            return new Identity.Refused("The token has expired.");
        } catch (BadJOSEException e) {
            return new Identity.Refused("The token is not accepted: " + e.getMessage() + ".");
        } catch (JOSEException e) {
            LOG.warn("keys not available from={}: {}", config.keys(), e.getMessage());
            return new Identity.Unavailable("The keys to check the token with cannot be had now.");
        }
        String subject = Optional.ofNullable(claims.getSubject())
                .filter(named -> !named.isEmpty())
                .orElseGet(() -> Token.sha256(token));
        if (!Subjects.isPrintable(subject)) {
            return new Identity.Refused("The token's subject is not 1 to 256 printable characters.");
        }
        return new Identity.Known(new Caller("jwt/" + subject, address, grants(claims)));
    }

    /** Reads the claim as a list or as words; what is no grant is somebody else's, as scopes are. */
    private Set<Grant> grants(JWTClaimsSet claims) {
        Set<Grant> grants = new HashSet<>();
        Object claim = claims.getClaim(config.claim());
        List<?> words = claim instanceof List<?> list
                ? list
                : List.of(String.valueOf(claim).split(" ", -1));
        for (Object word : words) {
            Subjects.grant(String.valueOf(word)).ifPresent(grants::add);
        }
        return grants;
    }
}
