package dev.weir.gateway.session;

import java.time.Duration;
import java.util.Locale;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Writes a line for each step of a session's life, and one that sums it up. */
public final class SessionLog implements SessionEvents {
    private static final Logger LOG = LoggerFactory.getLogger(SessionLog.class);

    private static String name(Session session) {
        return "session=" + session.publicId() + " stream=" + session.streamId() + " role=" + session.role();
    }

    @Override
    public void onCreated(Session session) {
        String subject = session.owner().subject();
        LOG.info("{} created{}", name(session), subject.isEmpty() ? "" : " subject=" + subject);
    }

    @Override
    public void onRefused(SessionRole role, String streamId, String subject, SessionRefused refusal) {
        LOG.info(
                "stream={} role={} refused kind={} detail=\"{}\"",
                streamId,
                role,
                refusal.kind().name().toLowerCase(Locale.ROOT).replace('_', '-'),
                refusal.getMessage());
    }

    @Override
    public void onState(Session session, SessionState state) {
        LOG.info("{} {}", name(session), state.name().toLowerCase(Locale.ROOT));
    }

    @Override
    public void onTakeover(Session former, Session successor) {
        LOG.info("{} took over from session={} epoch={}", name(successor), former.publicId(), successor.epoch());
    }

    @Override
    public void onEnded(Session session, SessionEnd end) {
        LOG.info("{}", summary(session, end));
    }

    /** Returns the one line that sums a session up. */
    static String summary(Session session, SessionEnd end) {
        StringBuilder line = new StringBuilder(name(session))
                .append(" ended reason=")
                .append(end.reason().code())
                .append(" lived=")
                .append(seconds(end.lived()));
        if (!end.connected().isZero()) {
            line.append(" connected=")
                    .append(seconds(end.connected()))
                    .append(" packets=")
                    .append(end.packets())
                    .append(" bytes=")
                    .append(end.bytes())
                    .append(" lost=")
                    .append(end.packetsLost())
                    .append(" codecs=")
                    .append(String.join(",", end.codecs()));
        }
        if (!end.peer().isEmpty()) {
            line.append(" peer=").append(end.peer());
        }
        return line.append(" detail=\"").append(end.detail()).append('"').toString();
    }

    private static String seconds(Duration duration) {
        return String.format(Locale.ROOT, "%.1fs", duration.toMillis() / 1_000.0);
    }
}
