package dev.weir.gateway.http;

import dev.weir.gateway.session.Caller;
import io.undertow.server.HttpServerExchange;
import io.undertow.util.AttachmentKey;

/** Knows who makes a request, once {@link AccessGuard} has found out. */
final class Callers {
    private static final AttachmentKey<Caller> CALLER = AttachmentKey.create(Caller.class);

    private Callers() {}

    static void set(HttpServerExchange exchange, Caller caller) {
        exchange.putAttachment(CALLER, caller);
    }

    static Caller of(HttpServerExchange exchange) {
        Caller caller = exchange.getAttachment(CALLER);
        if (caller == null) {
            throw new IllegalStateException("nobody asked who the caller is");
        }
        return caller;
    }
}
