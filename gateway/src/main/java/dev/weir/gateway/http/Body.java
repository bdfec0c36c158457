package dev.weir.gateway.http;

import io.undertow.io.Receiver;
import io.undertow.server.HttpServerExchange;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Reads small text bodies without holding a thread while the client sends. */
final class Body {
    private static final Logger LOG = LoggerFactory.getLogger(Body.class);

    /** Uses the text on a worker thread. */
    interface Reader {
        void read(HttpServerExchange exchange, String text) throws Exception;
    }

    private Body() {}

    /** Reads at most {@code maximum} bytes of UTF-8, then calls {@code reader}; a longer body is answered with 413. */
    static void receive(HttpServerExchange exchange, int maximum, Reader reader) {
        if (exchange.getRequestContentLength() > maximum) {
            refuse(exchange, maximum);
            return;
        }
        Receiver receiver = exchange.getRequestReceiver();
        receiver.setMaxBufferSize(maximum);
        receiver.receiveFullBytes(
                (received, bytes) -> Guard.onWorker(
                        received, worker -> reader.read(worker, new String(bytes, StandardCharsets.UTF_8))),
                (failed, exception) -> onFailure(failed, exception, maximum));
    }

    private static void onFailure(HttpServerExchange exchange, IOException exception, int maximum) {
        if (exception instanceof Receiver.RequestToLargeException) {
            refuse(exchange, maximum);
        } else {
            LOG.debug("path={} body not received: {}", Printable.path(exchange), exception.toString());
            exchange.endExchange();
        }
    }

    private static void refuse(HttpServerExchange exchange, int maximum) {
        Problem.BODY_TOO_LARGE.send(exchange, "The body may have " + maximum + " bytes.");
    }
}
