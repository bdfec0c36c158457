package dev.weir.gateway.http;

import dev.weir.gateway.access.Bearer;
import dev.weir.gateway.access.Gate;
import dev.weir.gateway.access.Identity;
import dev.weir.gateway.access.MalformedTokenException;
import dev.weir.gateway.session.Caller;
import io.undertow.server.HttpHandler;
import io.undertow.server.HttpServerExchange;
import io.undertow.util.HeaderValues;
import io.undertow.util.Headers;
import io.undertow.util.HttpString;
import java.net.InetAddress;
import java.util.Deque;
import java.util.List;
import java.util.Optional;

/**
 * Stands before every route: counts the requests that change something, finds out who makes them, and lets pass what the
 * caller is allowed. What it answers depends on the credentials and the path alone, never on what exists. A preflight is
 * never asked for credentials (RFC 9725 section 4.7.1).
 */
final class AccessGuard implements HttpHandler {
    private static final HttpString FORWARDED_FOR = new HttpString("X-Forwarded-For");
    private static final int RETRY_WITHOUT_ANSWER_SECONDS = 5;

    private final Gate gate;
    private final HttpHandler next;

    AccessGuard(Gate gate, HttpHandler next) {
        this.gate = gate;
        this.next = next;
    }

    @Override
    public void handleRequest(HttpServerExchange exchange) throws Exception {
        String method = exchange.getRequestMethod().toString();
        InetAddress client = client(exchange);
        Callers.set(exchange, gate.access().anonymous(client));
        if (method.equals("OPTIONS")) {
            options(exchange, client);
            return;
        }
        Need need = Need.of(method, exchange.getRequestPath());
        if (need.kind() == Need.Kind.NOTHING) {
            next.handleRequest(exchange);
            return;
        }
        if (changes(method) && isTooOften(exchange, gate.rates().take(client))) {
            return;
        }
        Optional<String> token;
        try {
            token = token(exchange);
        } catch (MalformedTokenException e) {
            AccessProblem.unauthorized(exchange, "invalid_request", String.valueOf(e.getMessage()));
            return;
        }
        if (token.isEmpty()) {
            decide(exchange, need, Callers.of(exchange));
        } else {
            exchange.dispatch((HttpHandler) worker -> Guard.run(
                    rest -> identified(
                            rest, need, client, gate.access().identify(token.get(), client, need.question())),
                    worker));
        }
    }

    /** Lets everybody pass; who shows a good token is known by it, so that it can be told more. */
    private void options(HttpServerExchange exchange, InetAddress client) throws Exception {
        Optional<String> token;
        try {
            token = token(exchange);
        } catch (MalformedTokenException e) {
            token = Optional.empty();
        }
        if (token.isEmpty()) {
            next.handleRequest(exchange);
            return;
        }
        String shown = token.get();
        Need need = Need.of("POST", exchange.getRequestPath());
        exchange.dispatch((HttpHandler) worker -> Guard.run(
                rest -> {
                    if (gate.access().identify(shown, client, need.question()) instanceof Identity.Known known) {
                        Callers.set(rest, known.caller());
                    }
                    next.handleRequest(rest);
                },
                worker));
    }

    private InetAddress client(HttpServerExchange exchange) {
        HeaderValues forwarded = exchange.getRequestHeaders().get(FORWARDED_FOR);
        return gate.proxies()
                .client(exchange.getSourceAddress().getAddress(), forwarded == null ? "" : String.join(",", forwarded));
    }

    private Optional<String> token(HttpServerExchange exchange) throws MalformedTokenException {
        HeaderValues headers = exchange.getRequestHeaders().get(Headers.AUTHORIZATION);
        Optional<String> inHeader = Bearer.parse(headers == null ? List.of() : headers);
        Deque<String> inQuery = exchange.getQueryParameters().get("token");
        if (inHeader.isEmpty() && inQuery != null && gate.access().readsQuery()) {
            return Optional.of(Bearer.check(inQuery.getFirst()));
        }
        return inHeader;
    }

    private void identified(HttpServerExchange exchange, Need need, InetAddress client, Identity identity)
            throws Exception {
        if (identity instanceof Identity.Known known) {
            decide(exchange, need, known.caller());
        } else if (identity instanceof Identity.Refused refused) {
            // Guessing costs as much as doing.
            if (!isTooOften(exchange, gate.rates().take(client))) {
                AccessProblem.unauthorized(exchange, "invalid_token", refused.reason());
            }
        } else if (identity instanceof Identity.Unavailable unavailable) {
            Problem.TOKEN_NOT_CHECKED.sendRetryAfter(exchange, unavailable.reason(), RETRY_WITHOUT_ANSWER_SECONDS);
        }
    }

    private void decide(HttpServerExchange exchange, Need need, Caller caller) throws Exception {
        boolean changes = changes(exchange.getRequestMethod().toString());
        if (!need.permits(caller)) {
            if (caller.isAnonymous()) {
                AccessProblem.unauthorized(exchange, "", "This needs a token: Authorization: Bearer TOKEN.");
            } else {
                AccessProblem.forbidden(exchange, need.scope());
            }
        } else if (!changes || !isTooOften(exchange, gate.rates().take(caller))) {
            Callers.set(exchange, caller);
            next.handleRequest(exchange);
        }
    }

    private static boolean changes(String method) {
        return method.equals("POST") || method.equals("PATCH") || method.equals("DELETE");
    }

    /** Answers with 429 when there are seconds to wait. */
    private static boolean isTooOften(HttpServerExchange exchange, int seconds) {
        if (seconds > 0) {
            Problem.TOO_MANY_REQUESTS.sendRetryAfter(exchange, "Wait " + seconds + " s before the next one.", seconds);
        }
        return seconds > 0;
    }
}
