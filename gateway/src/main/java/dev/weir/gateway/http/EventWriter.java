package dev.weir.gateway.http;

import dev.weir.gateway.session.EventStream;
import dev.weir.gateway.session.ViewerEvent;
import io.undertow.server.handlers.sse.ServerSentEventConnection;
import java.io.IOException;
import java.util.Optional;
import java.util.concurrent.RejectedExecutionException;
import org.jspecify.annotations.Nullable;
import org.xnio.XnioIoThread;

/** Writes one stream of events to one connection: the next event when the last one has left. On the I/O thread. */
final class EventWriter implements EventStream.Reader, ServerSentEventConnection.EventCallback {
    /** Below the idle timeouts of common proxies; a dead connection is found by it too. */
    private static final long KEEP_ALIVE_MILLIS = 15_000;

    private final ServerSentEventConnection connection;
    private final EventStream events;
    private final XnioIoThread thread;
    private boolean writing;
    private boolean closed;

    EventWriter(ServerSentEventConnection connection, EventStream events, XnioIoThread thread) {
        this.connection = connection;
        this.events = events;
        this.thread = thread;
    }

    void start() {
        connection.setKeepAliveTime(KEEP_ALIVE_MILLIS);
        connection.addCloseTask(gone -> events.leave(this));
        events.read(this);
    }

    @Override
    public void onNews() {
        onThread(this::write);
    }

    @Override
    public void onClosed() {
        onThread(() -> {
            closed = true;
            write();
        });
    }

    private void onThread(Runnable task) {
        try {
            thread.execute(task);
        } catch (RejectedExecutionException e) {
            // The server has stopped, and the connection is closed with it.
            events.leave(this);
        }
    }

    private void write() {
        if (writing) {
            return;
        }
        Optional<ViewerEvent> next = events.next();
        if (next.isPresent()) {
            writing = true;
            connection.send(Json.text(next.get().data()), next.get().type().word(), null, this);
        } else if (closed) {
            connection.shutdown();
        }
    }

    @Override
    public void done(ServerSentEventConnection to, @Nullable String data, @Nullable String event, @Nullable String id) {
        onThread(() -> {
            writing = false;
            write();
        });
    }

    @Override
    public void failed(
            ServerSentEventConnection to,
            @Nullable String data,
            @Nullable String event,
            @Nullable String id,
            IOException failure) {
        events.leave(this);
    }
}
