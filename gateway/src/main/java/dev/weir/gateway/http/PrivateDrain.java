package dev.weir.gateway.http;

import io.undertow.server.HttpServerExchange;
import java.nio.channels.FileChannel;
import org.xnio.conduits.AbstractStreamSourceConduit;
import org.xnio.conduits.StreamSourceConduit;

/**
 * A request's body that is read and never copied to a file. What nobody reads of a body, XNIO discards into one channel to
 * /dev/null for the whole process, and the interrupt of a thread that does so closes that for good (see
 * {@link java.nio.channels.InterruptibleChannel}): from then on every refused body would close its connection behind the
 * answer. Offered nothing for a file, XNIO reads into a buffer.
 */
final class PrivateDrain extends AbstractStreamSourceConduit<StreamSourceConduit> {
    private PrivateDrain(StreamSourceConduit next) {
        super(next);
    }

    static void guard(HttpServerExchange exchange) {
        exchange.addRequestWrapper((factory, wrapped) -> new PrivateDrain(factory.create()));
    }

    @Override
    public long transferTo(long position, long count, FileChannel target) {
        return 0;
    }
}
