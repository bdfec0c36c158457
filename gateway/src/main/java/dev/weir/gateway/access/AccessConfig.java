package dev.weir.gateway.access;

import dev.weir.gateway.session.Caller;
import dev.weir.gateway.session.Grant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Settings of who may do what.
 *
 * @param tokens tokens known beforehand
 * @param jwt how signed tokens are checked, if they are
 * @param hook the service that is asked about all other tokens, if there is one
 * @param anonymous what a request without a token may do
 * @param tokenInQuery whether {@code ?token=} is read when there is no {@code Authorization}
 * @param outbound where key sets and the hook may be fetched from
 */
public record AccessConfig(
        List<StaticToken> tokens,
        Optional<JwtConfig> jwt,
        Optional<HookConfig> hook,
        Set<Grant> anonymous,
        boolean tokenInQuery,
        OutboundPolicy outbound) {

    /** Asks nobody for anything. */
    public static final AccessConfig OPEN = new AccessConfig(
            List.of(), Optional.empty(), Optional.empty(), Caller.EVERYTHING, false, OutboundPolicy.PUBLIC);

    /** Names nobody: the server decides by the address it listens on. */
    public static final AccessConfig UNSET =
            new AccessConfig(List.of(), Optional.empty(), Optional.empty(), Set.of(), false, OutboundPolicy.PUBLIC);

    public AccessConfig {
        tokens = List.copyOf(tokens);
        anonymous = Set.copyOf(anonymous);
        long names = tokens.stream().map(StaticToken::name).distinct().count();
        if (names != tokens.size()) {
            throw new IllegalArgumentException("auth.tokens names one name twice");
        }
    }

    /** Returns whether nothing says who may do anything. */
    public boolean isUnset() {
        return tokens.isEmpty() && jwt.isEmpty() && hook.isEmpty() && anonymous.isEmpty();
    }

    /** Returns these settings with one more token. */
    public AccessConfig withToken(StaticToken token) {
        List<StaticToken> more = new ArrayList<>(tokens);
        more.add(token);
        return new AccessConfig(more, jwt, hook, anonymous, tokenInQuery, outbound);
    }
}
