package dev.weir.gateway.session;

import java.util.Locale;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Writes a line for each step of a session's life, and one that sums it up. */
final class SessionLog implements SessionEvents {
    private static final Logger LOG = LoggerFactory.getLogger(SessionLog.class);

    @Override
    public void onCreated(Session session) {
        LOG.info("session={} stream={} role={} created", session.publicId(), session.streamId(), session.role());
    }

    @Override
    public void onState(Session session, SessionState state) {
        LOG.info(
                "session={} stream={} role={} {}",
                session.publicId(),
                session.streamId(),
                session.role(),
                state.name().toLowerCase(Locale.ROOT));
    }

    @Override
    public void onTakeover(Session former, Session successor) {
        LOG.info(
                "session={} stream={} took over from session={} epoch={}",
                successor.publicId(),
                successor.streamId(),
                former.publicId(),
                successor.epoch());
    }

    @Override
    public void onEnded(Session session, SessionEnd end) {
        LOG.info(
                "session={} stream={} role={} ended reason={} detail=\"{}\"",
                session.publicId(),
                session.streamId(),
                session.role(),
                end.reason().code(),
                end.detail());
    }
}
