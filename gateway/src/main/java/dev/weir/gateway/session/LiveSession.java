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
import java.nio.ByteBuffer;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A session of the gateway with its transport, from answer to end. Made on an HTTP thread; afterwards everything happens on
 * the session's loop, and what comes from other threads is handed to it.
 */
final class LiveSession implements TransportListener, Session.Machinery {
    private static final Logger LOG = LoggerFactory.getLogger(LiveSession.class);

    private final Session session;
    private final IceResource ice;
    private final EventLoop loop;
    private final PeerTransport transport;
    private final MediaEnd media;
    private final Meters meters;
    private final Consumer<LiveSession> onGone;
    private long connectedAtNanos;
    private boolean over;

    LiveSession(
            Session session,
            IceResource ice,
            EventLoop loop,
            TransportConfig config,
            Function<PeerTransport, MediaEnd> media,
            Meters meters,
            Consumer<LiveSession> onGone) {
        this.session = session;
        this.ice = ice;
        this.loop = loop;
        this.meters = meters;
        this.onGone = onGone;
        this.transport = new PeerTransport(config, this);
        this.media = media.apply(transport);
        session.driveBy(this);
    }

    /** Begins to answer the peer's checks. */
    void start() {
        loop.register(ice.localUfrag(), transport);
        LOG.info("session={} stream={} role={} started", shortId(), session.streamId(), session.role());
    }

    Session session() {
        return session;
    }

    IceResource ice() {
        return ice;
    }

    /** Enough of the id to tell sessions apart in the log; who has all of it may end the session. */
    private String shortId() {
        return session.id().substring(0, 8);
    }

    @Override
    public void onState(TransportState state, long nowNanos) {
        switch (state) {
            case NEW, CHECKING, CLOSED -> {}
            case HANDSHAKING -> {
                boolean unused = session.tryTransition(SessionState.CONNECTING);
            }
            case CONNECTED -> connected(nowNanos);
        }
    }

    private void connected(long nowNanos) {
        if (!session.tryTransition(SessionState.CONNECTED)) {
            return;
        }
        connectedAtNanos = nowNanos;
        meters.increment(Meter.SESSIONS_CONNECTED);
        LOG.info(
                "session={} stream={} role={} connected remote={} profile={}",
                shortId(),
                session.streamId(),
                session.role(),
                transport.remoteAddress().map(Object::toString).orElse("?"),
                transport.srtpProfile().map(Object::toString).orElse("?"));
        if (!media.onConnected(nowNanos)) {
            close("stream ended");
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
        boolean unused = session.closedBecause(reason.describe());
        String why = session.closeReason().orElse(reason.describe());
        media.onClosed(why, nowNanos);
        meters.increment(Meter.SESSIONS_ENDED);
        onGone.accept(this);
        long seconds = connectedAtNanos == 0 ? 0 : (nowNanos - connectedAtNanos) / 1_000_000_000L;
        boolean nothingCame = reason instanceof CloseReason.NeverConnected
                && transport.stats().bytesReceived() == 0;
        LOG.info(
                "session={} stream={} role={} ended reason=\"{}\" connectedSeconds={}{}",
                shortId(),
                session.streamId(),
                session.role(),
                why,
                seconds,
                nothingCame ? " nothing arrived at the addresses we offered: " + String.join(", ", ice.offered()) : "");
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
