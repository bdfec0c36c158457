package dev.weir.gateway.session;

import dev.weir.gateway.egress.LayerChoice;
import dev.weir.gateway.metrics.Meter;
import dev.weir.gateway.metrics.Meters;
import dev.weir.webrtc.net.EventLoop;
import dev.weir.webrtc.transport.CloseReason;
import dev.weir.webrtc.transport.PeerTransport;
import dev.weir.webrtc.transport.TransportConfig;
import dev.weir.webrtc.transport.TransportListener;
import dev.weir.webrtc.transport.TransportState;
import dev.weir.webrtc.transport.TransportStats;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import java.util.function.Function;

/**
 * A session of the gateway with its transport, from answer to end. Made on an HTTP thread; afterwards everything happens on
 * the session's loop, and what comes from other threads is handed to it.
 */
final class LiveSession implements TransportListener, Session.Machinery {
    private final Session session;
    private final IceResource ice;
    private final EventLoop loop;
    private final PeerTransport transport;
    private final MediaEnd media;
    private final Meters meters;
    private final SessionEvents events;
    private final Consumer<LiveSession> onGone;
    private final long madeAtNanos;
    private long connectedAtNanos;
    private boolean over;

    LiveSession(
            Session session,
            IceResource ice,
            EventLoop loop,
            TransportConfig config,
            Function<PeerTransport, MediaEnd> media,
            Meters meters,
            SessionEvents events,
            Consumer<LiveSession> onGone) {
        this.session = session;
        this.ice = ice;
        this.loop = loop;
        this.meters = meters;
        this.events = events;
        this.onGone = onGone;
        this.madeAtNanos = loop.nowNanos();
        this.transport = new PeerTransport(config, this);
        this.media = media.apply(transport);
        session.driveBy(this);
    }

    /** Begins to answer the peer's checks. */
    void start() {
        loop.execute(() -> events.onCreated(session));
        loop.register(ice.localUfrag(), transport);
    }

    Session session() {
        return session;
    }

    IceResource ice() {
        return ice;
    }

    @Override
    public void onState(TransportState state, long nowNanos) {
        switch (state) {
            case NEW, CHECKING, CLOSED -> {}
            case HANDSHAKING -> {
                boolean unused = enter(SessionState.CONNECTING);
            }
            case CONNECTED -> connected(nowNanos);
        }
    }

    private boolean enter(SessionState next) {
        boolean entered = session.tryTransition(next);
        if (entered) {
            events.onState(session, next);
        }
        return entered;
    }

    private void connected(long nowNanos) {
        if (!enter(SessionState.CONNECTED)) {
            return;
        }
        connectedAtNanos = nowNanos;
        meters.increment(Meter.SESSIONS_CONNECTED);
        if (!media.onConnected(nowNanos)) {
            session.close(EndReason.STREAM_ENDED, "the stream ended before the viewer was connected");
            return;
        }
        tick();
    }

    private void tick() {
        if (over) {
            return;
        }
        media.onTick(loop.nowNanos());
        loop.schedule(media.tickNanos(), this::tick);
    }

    @Override
    public void onRtp(ByteBuffer plainPacket, long nowNanos) {
        media.onRtp(plainPacket, nowNanos);
    }

    @Override
    public void onRtcp(ByteBuffer plainCompound, long nowNanos) {
        media.onRtcp(plainCompound, nowNanos);
    }

    @Override
    public void onClosed(CloseReason reason, long nowNanos) {
        if (over) {
            return;
        }
        over = true;
        TransportStats stats = transport.stats();
        boolean unused = session.ended(EndReason.of(reason, stats.checksReceived() > 0), reason.describe());
        Traffic traffic = media.traffic();
        media.onClosed(session.closeReason().orElse(reason.describe()), nowNanos);
        meters.increment(Meter.SESSIONS_ENDED);
        onGone.accept(this);
        events.onEnded(session, end(traffic, stats, nowNanos));
    }

    private SessionEnd end(Traffic traffic, TransportStats stats, long nowNanos) {
        return new SessionEnd(
                session.endReason().orElse(EndReason.INTERNAL_ERROR),
                session.closeReason().orElse(""),
                Instant.now(),
                Duration.ofNanos(nowNanos - madeAtNanos),
                Duration.ofNanos(connectedAtNanos == 0 ? 0 : nowNanos - connectedAtNanos),
                traffic.epoch(),
                traffic.packets(),
                traffic.bytes(),
                traffic.packetsLost(),
                traffic.codecs(),
                transport.remoteAddress().map(Object::toString).orElse(""),
                ice.offered(),
                session.iceCandidates(),
                stats.checksReceived(),
                stats.checksRefused());
    }

    @Override
    public void addRemoteCandidate(String candidate) {
        loop.execute(() -> transport.addRemoteCandidate(candidate));
    }

    @Override
    public void requestKeyframe(int trackIndex, String rid) {
        if (loop.inLoop()) {
            media.requestKeyframe(trackIndex, rid, loop.nowNanos());
        } else {
            loop.execute(() -> media.requestKeyframe(trackIndex, rid, loop.nowNanos()));
        }
    }

    @Override
    public void chooseLayer(String mid, LayerChoice choice) {
        loop.execute(() -> media.chooseLayer(mid, choice, loop.nowNanos()));
    }

    @Override
    public void close(String reason) {
        loop.execute(() -> transport.close(new CloseReason.Requested(reason), loop.nowNanos()));
    }

    @Override
    public Executor executor() {
        return loop;
    }
}
