package dev.weir.gateway.http;

import dev.weir.gateway.session.SessionRefused;
import io.undertow.server.HttpServerExchange;

/** Answers what made no session. */
final class Refusal {
    private static final int RETRY_WHEN_NOT_LIVE_SECONDS = 2;
    private static final int RETRY_WHEN_FULL_SECONDS = 10;

    private Refusal() {}

    static void send(HttpServerExchange exchange, SessionRefused refused) {
        String detail = String.valueOf(refused.getMessage());
        switch (refused.kind()) {
            case BAD_SDP -> Problem.BAD_SDP.send(exchange, detail);
            case UNSUPPORTED_SDP -> Problem.UNSUPPORTED_SDP.send(exchange, detail);
            case NO_COMMON_CODEC -> Problem.NO_COMMON_CODEC.send(exchange, detail);
            case NO_SUCH_STREAM -> Problem.NOT_LIVE.sendRetryAfter(exchange, detail, RETRY_WHEN_NOT_LIVE_SECONDS);
            case ALREADY_PUBLISHED -> Problem.ALREADY_PUBLISHED.send(exchange, detail);
            case TOO_MANY_SESSIONS ->
                Problem.TOO_MANY_SESSIONS.sendRetryAfter(exchange, detail, RETRY_WHEN_FULL_SECONDS);
            case TOO_MANY_UNCONNECTED ->
                Problem.TOO_MANY_UNCONNECTED.sendRetryAfter(exchange, detail, RETRY_WHEN_FULL_SECONDS);
            case TOO_MANY_OF_CLIENT ->
                Problem.TOO_MANY_REQUESTS.sendRetryAfter(exchange, detail, RETRY_WHEN_FULL_SECONDS);
            case SHUTTING_DOWN -> Problem.SHUTTING_DOWN.sendRetryAfter(exchange, detail, RETRY_WHEN_FULL_SECONDS);
        }
    }
}
