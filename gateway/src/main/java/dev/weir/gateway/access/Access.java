package dev.weir.gateway.access;

import dev.weir.gateway.session.Caller;
import java.net.InetAddress;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * Finds out who makes a request. A token is looked for among the static ones, then checked as a JWT, then put to the hook.
 * From any thread; may wait for a key set or the hook, so not from an I/O thread.
 */
public final class Access {
    private final AccessConfig config;
    private final Map<String, StaticToken> tokens = new HashMap<>();
    private final Optional<JwtVerifier> jwt;
    private final Optional<Hook> hook;

    /** Takes the settings; nothing is fetched before the first token that needs it. */
    public Access(AccessConfig config, InstantSource clock) {
        this.config = config;
        config.tokens().forEach(token -> tokens.put(token.sha256(), token));
        OutboundClient client = new OutboundClient(config.outbound());
        this.jwt = config.jwt().map(settings -> new JwtVerifier(settings, client, clock));
        this.hook = config.hook().map(settings -> new Hook(settings, client));
    }

    /** Returns whether {@code ?token=} is read too. */
    public boolean readsQuery() {
        return config.tokenInQuery();
    }

    /** Returns who a request without a token comes from. */
    public Caller anonymous(InetAddress address) {
        return new Caller("", address, config.anonymous());
    }

    /** Returns who {@code token} names. */
    public Identity identify(String token, InetAddress address, Question question) {
        // The hash is what is looked up, so the time that takes tells nothing about a token.
        StaticToken known = tokens.get(Token.sha256(token));
        if (known != null) {
            return new Identity.Known(new Caller(known.name(), address, known.grants()));
        }
        if (jwt.isPresent() && JwtVerifier.looksSigned(token)) {
            return jwt.get().verify(token, address);
        }
        if (hook.isPresent()) {
            return hook.get().ask(token, address, question);
        }
        return new Identity.Refused("The token is not known here.");
    }
}
