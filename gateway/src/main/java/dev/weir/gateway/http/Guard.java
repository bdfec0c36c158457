package dev.weir.gateway.http;

import io.undertow.server.HttpHandler;
import io.undertow.server.HttpServerExchange;
import io.undertow.util.AttachmentKey;
import io.undertow.util.Protocols;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.xnio.IoUtils;
import org.xnio.XnioExecutor;

/**
 * Stands before every handler: a request gets a deadline as a whole, because a dripped body outlives Undertow's idle
 * timeout; and a bug becomes a problem document instead of a stack trace.
 */
final class Guard implements HttpHandler {
    private static final Logger LOG = LoggerFactory.getLogger(Guard.class);

    private static final AttachmentKey<XnioExecutor.Key> DEADLINE = AttachmentKey.create(XnioExecutor.Key.class);

    private final HttpHandler next;
    private final Duration deadline;

    Guard(HttpHandler next, Duration deadline) {
        this.next = next;
        this.deadline = deadline;
    }

    @Override
    public void handleRequest(HttpServerExchange exchange) {
        if (exchange.getProtocol().equals(Protocols.HTTP_0_9)) {
            // It knows no headers; one that has some is meant to confuse whoever stands before us.
            IoUtils.safeClose(exchange.getConnection());
            return;
        }
        XnioExecutor.Key timer = exchange.getIoThread()
                .executeAfter(
                        () -> IoUtils.safeClose(exchange.getConnection()), deadline.toMillis(), TimeUnit.MILLISECONDS);
        exchange.putAttachment(DEADLINE, timer);
        exchange.addExchangeCompleteListener((ended, nextListener) -> {
            timer.remove();
            nextListener.proceed();
        });
        PrivateDrain.guard(exchange);
        run(next, exchange);
    }

    /** Lets a request that has been read last as long as it likes: a stream of events. On the I/O thread. */
    static void lift(HttpServerExchange exchange) {
        XnioExecutor.Key timer = exchange.removeAttachment(DEADLINE);
        if (timer != null) {
            timer.remove();
        }
    }

    /** Hands the rest of the request to a worker thread, under the same protection. */
    static void onWorker(HttpServerExchange exchange, HttpHandler rest) {
        exchange.dispatch(() -> run(rest, exchange));
    }

    /** Runs {@code handler} so that a bug of it becomes a problem document. */
    static void run(HttpHandler handler, HttpServerExchange exchange) {
        try {
            handler.handleRequest(exchange);
        } catch (Exception e) {
            LOG.error("method={} path={} failed", exchange.getRequestMethod(), Printable.path(exchange), e);
            if (exchange.isResponseStarted()) {
                IoUtils.safeClose(exchange.getConnection());
            } else {
                Problem.INTERNAL.send(exchange, "The gateway failed on this request.");
            }
        }
    }
}
