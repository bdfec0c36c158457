package dev.weir.gateway.session;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Passes events on to every listener; what one throws harms neither the others nor the session. */
final class Listeners implements SessionEvents {
    private static final Logger LOG = LoggerFactory.getLogger(Listeners.class);

    private final List<SessionEvents> all = new CopyOnWriteArrayList<>();

    void add(SessionEvents listener) {
        all.add(listener);
    }

    private void tell(Consumer<SessionEvents> event) {
        for (SessionEvents listener : all) {
            try {
                event.accept(listener);
            } catch (RuntimeException e) {
                LOG.error("listener={} failed", listener.getClass().getName(), e);
            }
        }
    }

    @Override
    public void onCreated(Session session) {
        tell(listener -> listener.onCreated(session));
    }

    @Override
    public void onRefused(SessionRole role, String streamId, String subject, SessionRefused refusal) {
        tell(listener -> listener.onRefused(role, streamId, subject, refusal));
    }

    @Override
    public void onState(Session session, SessionState state) {
        tell(listener -> listener.onState(session, state));
    }

    @Override
    public void onTakeover(Session former, Session successor) {
        tell(listener -> listener.onTakeover(former, successor));
    }

    @Override
    public void onLayers(Session viewer, List<String> rids) {
        tell(listener -> listener.onLayers(viewer, rids));
    }

    @Override
    public void onEnded(Session session, SessionEnd end) {
        tell(listener -> listener.onEnded(session, end));
    }
}
