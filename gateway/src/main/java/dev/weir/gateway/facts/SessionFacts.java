package dev.weir.gateway.facts;

import dev.weir.gateway.egress.ViewerStats;
import dev.weir.gateway.session.Session;
import dev.weir.gateway.session.SessionEnd;
import dev.weir.gateway.session.SessionEvents;
import dev.weir.gateway.session.SessionRefused;
import dev.weir.gateway.session.SessionRole;
import dev.weir.gateway.session.SessionState;
import dev.weir.gateway.session.Traffic;
import dev.weir.schemas.CodecName;
import dev.weir.schemas.Direction;
import dev.weir.schemas.Role;
import dev.weir.schemas.SessionEventType;
import dev.weir.schemas.TrackKind;
import dev.weir.schemas.TrackStats;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Tells the life of sessions and what viewers are sent. Hears of a session on its loop; {@link #publisherOf} and
 * {@link #sample} come from the mirror thread.
 */
public final class SessionFacts implements SessionEvents {
    private final FactSink sink;
    private final Map<String, Known> sessions = new ConcurrentHashMap<>();
    private final AtomicLong refusals = new AtomicLong();

    /** A session that lives; the numbers go up on its loop. */
    private static final class Known {
        private final Session session;
        private final AtomicInteger events = new AtomicInteger();
        private long sampledMicros;
        private long sampledBytes;

        Known(Session session) {
            this.session = session;
        }
    }

    /** Takes where the records go. */
    public SessionFacts(FactSink sink) {
        this.sink = sink;
    }

    @Override
    public void onCreated(Session session) {
        sessions.put(session.publicId(), new Known(session));
        sink.session(
                event(session, SessionEventType.CREATED, session.createdAt()).build());
    }

    @Override
    public void onRefused(SessionRole role, String streamId, String subject, SessionRefused refusal) {
        Instant now = Instant.now();
        String name = "refused-" + micros(now) + "-" + refusals.incrementAndGet();
        SessionEventBuilder event = new SessionEventBuilder(name, 0, SessionEventType.REJECTED, micros(now));
        event.role = roleOf(role);
        event.streamId = streamId;
        event.subject = subject;
        event.reasonCode = refusal.kind().name().toLowerCase(Locale.ROOT).replace('_', '-');
        event.reasonText = String.valueOf(refusal.getMessage());
        sink.session(event.build());
    }

    @Override
    public void onState(Session session, SessionState state) {
        if (state == SessionState.CONNECTED) {
            sink.session(
                    event(session, SessionEventType.CONNECTED, Instant.now()).build());
        }
    }

    @Override
    public void onTakeover(Session former, Session successor) {
        SessionEventBuilder event = event(former, SessionEventType.SUPERSEDED, Instant.now());
        event.successorSessionId = successor.publicId();
        sink.session(event.build());
    }

    @Override
    public void onLayers(Session viewer, List<String> rids) {
        SessionEventBuilder event = event(viewer, SessionEventType.LAYER_CHANGED, Instant.now());
        event.rids = rids;
        sink.session(event.build());
    }

    @Override
    public void onEnded(Session session, SessionEnd end) {
        SessionEventBuilder event = event(session, SessionEventType.CLOSED, end.at());
        event.epoch = session.role() == SessionRole.PUBLISHER ? end.epoch() : 0;
        event.reasonCode = end.reason().code();
        event.reasonText = end.detail();
        event.remoteAddress = end.peer();
        event.connectedMillis = OptionalInt.of(millis(end.connected()));
        event.packets = OptionalLong.of(end.packets());
        event.bytes = OptionalLong.of(end.bytes());
        event.packetsLost = OptionalLong.of(end.packetsLost());
        event.codecs = end.codecs();
        sink.session(event.build());
        sessions.remove(session.publicId());
    }

    private SessionEventBuilder event(Session session, SessionEventType type, Instant at) {
        Known known = sessions.get(session.publicId());
        int number = known == null ? 0 : known.events.getAndIncrement();
        SessionEventBuilder event = new SessionEventBuilder(session.publicId(), number, type, micros(at));
        event.role = roleOf(session.role());
        event.streamId = session.streamId();
        event.epoch = session.epoch();
        event.subject = session.owner().subject();
        event.elapsedMillis = OptionalInt.of(millis(Duration.between(session.createdAt(), at)));
        return event;
    }

    /** Returns the session that publishes this epoch. */
    Optional<Session> publisherOf(String streamId, long epoch) {
        for (Known known : sessions.values()) {
            Session session = known.session;
            if (session.role() == SessionRole.PUBLISHER
                    && session.epoch() == epoch
                    && session.streamId().equals(streamId)) {
                return Optional.of(session);
            }
        }
        return Optional.empty();
    }

    /** Asks every viewer for what it was sent; the records follow when their loops have answered. */
    public void sample(long nowMicros) {
        for (Known known : sessions.values()) {
            Session session = known.session;
            if (session.role() == SessionRole.VIEWER && session.state() == SessionState.CONNECTED) {
                session.traffic(traffic -> onTraffic(known, traffic, nowMicros));
            }
        }
    }

    private void onTraffic(Known known, Traffic traffic, long nowMicros) {
        Session session = known.session;
        long sinceMicros = known.sampledMicros == 0 ? micros(session.createdAt()) : known.sampledMicros;
        long intervalMicros = Math.max(1, nowMicros - sinceMicros);
        long bitrate = (traffic.bytes() - known.sampledBytes) * 8 * 1_000_000 / intervalMicros;
        known.sampledMicros = nowMicros;
        known.sampledBytes = traffic.bytes();
        ViewerStats viewer = session.stats().viewer();
        Optional<ViewerStats.Outbound> video = viewer.outbound().stream()
                .filter(track -> track.kind().equals("video"))
                .findFirst();
        sink.stats(new TrackStats(
                session.publicId(),
                session.streamId(),
                traffic.epoch(),
                "",
                video.map(ViewerStats.Outbound::rid).orElse(""),
                Role.VIEWER,
                Direction.OUTBOUND,
                TrackKind.UNKNOWN,
                CodecName.UNKNOWN,
                nowMicros,
                (int) Math.min(Integer.MAX_VALUE, intervalMicros / 1000),
                traffic.packets(),
                traffic.bytes(),
                OptionalLong.of(traffic.packetsLost()),
                bitrate,
                video.map(v -> (float) (v.jitter() * 1_000)),
                video.map(v -> OptionalLong.of(v.framesSent())).orElse(OptionalLong.empty()),
                video.map(v -> OptionalLong.of(v.keyFramesSent())).orElse(OptionalLong.empty()),
                OptionalLong.empty(),
                Optional.empty(),
                OptionalInt.empty(),
                OptionalInt.empty(),
                OptionalInt.empty(),
                video.map(v -> OptionalInt.of((int) v.freezeCount())).orElse(OptionalInt.empty()),
                video.map(v -> OptionalLong.of((long) (v.totalFreezesDuration() * 1_000)))
                        .orElse(OptionalLong.empty()),
                Optional.empty(),
                Optional.of(PathFacts.of(viewer))));
    }

    private static Role roleOf(SessionRole role) {
        return switch (role) {
            case PUBLISHER -> Role.PUBLISHER;
            case VIEWER -> Role.VIEWER;
        };
    }

    private static long micros(Instant at) {
        return at.getEpochSecond() * 1_000_000 + at.getNano() / 1000;
    }

    private static int millis(Duration duration) {
        return (int) Math.max(0, Math.min(Integer.MAX_VALUE, duration.toMillis()));
    }
}
