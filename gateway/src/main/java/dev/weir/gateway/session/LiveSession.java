package dev.weir.gateway.session;

import dev.weir.gateway.egress.LayerChoice;
import dev.weir.gateway.metrics.Meter;
import dev.weir.gateway.metrics.Meters;
import dev.weir.webrtc.ice.IceCredentials;
import dev.weir.webrtc.net.HomeLoop;
import dev.weir.webrtc.net.HomeTimer;
import dev.weir.webrtc.rtp.MediaKind;
import dev.weir.webrtc.transport.CloseReason;
import dev.weir.webrtc.transport.PeerTransport;
import dev.weir.webrtc.transport.TransportConfig;
import dev.weir.webrtc.transport.TransportListener;
import dev.weir.webrtc.transport.TransportState;
import dev.weir.webrtc.transport.TransportStats;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import java.util.function.Function;

/**
 * A session of the gateway with its transport, from answer to end. Made on an HTTP thread; afterwards everything happens on
 * the session's loop, and what comes from other threads is handed to it.
 */
final class LiveSession implements TransportListener, Session.Machinery {
    /** A publisher's last datagrams and its DELETE take different ways into the process: how long the former may need more. */
    private static final long LAST_MEDIA_NANOS = 20_000_000L;

    private static final long OBSERVE_NANOS = 250_000_000L;

    private final Session session;
    private final IceResource ice;
    private final HomeLoop loop;
    private final PeerTransport transport;
    private final MediaEnd media;
    private final Meters meters;
    private final SessionEvents events;
    private final Consumer<LiveSession> onGone;
    private final SessionConfig config;
    private final LifeWatch watch;
    private final CheckBudget checkBudget;
    private final long madeAtNanos;
    private long connectedAtNanos;
    private final HomeTimer nextTick;
    private boolean observing;
    private boolean over;

    LiveSession(
            Session session,
            IceResource ice,
            HomeLoop loop,
            TransportConfig transport,
            CheckBudget checkBudget,
            Function<PeerTransport, MediaEnd> media,
            Meters meters,
            SessionConfig config,
            SessionEvents events,
            Consumer<LiveSession> onGone) {
        this.session = session;
        this.ice = ice;
        this.loop = loop;
        this.nextTick = loop.timer(this::tick);
        this.meters = meters;
        this.events = events;
        this.onGone = onGone;
        this.config = config;
        this.checkBudget = checkBudget;
        this.madeAtNanos = loop.nowNanos();
        this.watch = new LifeWatch(session.role(), config.life(), madeAtNanos);
        this.transport = new PeerTransport(transport, this);
        this.media = media.apply(this.transport);
        session.driveBy(this);
    }

    /** Begins to answer the peer's checks. */
    void start() {
        loop.execute(() -> events.onCreated(session));
        loop.register(ice.firstUfrag(), transport);
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
            case HANDSHAKING -> enter(SessionState.CONNECTING);
            case CONNECTED -> connected(nowNanos);
        }
    }

    private boolean tryEnter(SessionState next) {
        boolean entered = session.tryTransition(next);
        if (entered) {
            events.onState(session, next);
        }
        return entered;
    }

    private void enter(SessionState next) {
        boolean unused = tryEnter(next);
    }

    private void connected(long nowNanos) {
        if (!tryEnter(SessionState.CONNECTED)) {
            return;
        }
        connectedAtNanos = nowNanos;
        watch.onConnected(nowNanos);
        meters.increment(Meter.SESSIONS_CONNECTED);
        media.onConnected(nowNanos, this::wake)
                .ifPresentOrElse(
                        useless -> session.close(useless, "connected too late: " + useless.meaning()), this::tick);
    }

    private void tick() {
        if (over) {
            return;
        }
        long now = loop.nowNanos();
        media.onTick(now);
        Optional<EndReason> useless = media.ending(now);
        if (useless.isPresent()) {
            session.close(useless.get(), useless.get().meaning());
            return;
        }
        switch (watch.check(now)) {
            case NOTHING -> {}
            case STALLS -> enter(SessionState.STALLED);
            case RESUMES -> enter(SessionState.CONNECTED);
            case END_STALLED ->
                session.close(
                        EndReason.STALLED,
                        "no media for " + seconds(config.life().stallTimeout())
                                + " though the peer is there; sessions.stall-timeout" + " sets how long that may last");
            case END_TIMED_OUT ->
                session.close(
                        EndReason.TIMED_OUT,
                        "the session reached the age of "
                                + seconds(config.life().maxDuration()) + " that sessions.max-duration allows");
        }
        nextTick.start(media.tickNanos(now));
    }

    private void wake() {
        if (!over) {
            nextTick.start(media.tickNanos(loop.nowNanos()));
        }
    }

    private static String seconds(Duration duration) {
        return duration.toSeconds() + " s";
    }

    /** Begins to tell {@code streams} what changes, until none is left. */
    void observe(EventStreams streams) {
        loop.execute(() -> {
            if (!observing) {
                observing = true;
                observeOnce(streams);
            }
        });
    }

    private void observeOnce(EventStreams streams) {
        long now = loop.nowNanos();
        boolean any = false;
        for (EventStream stream : streams.of(session)) {
            any = true;
            media.look(now).ifPresent(sight -> stream.observe(sight, now));
        }
        observing = any && !over;
        if (observing) {
            loop.schedule(OBSERVE_NANOS, () -> observeOnce(streams));
        }
    }

    /** Applies {@code choice} to the m-line of that index, mid, or, when empty, to the first of video. From any thread. */
    LayerOutcome select(String line, LayerChoice choice) {
        Optional<MediaLine> found = media.lines().stream()
                .filter(candidate -> line.isEmpty()
                        ? candidate.kind() == MediaKind.VIDEO
                        : line.equals(Integer.toString(candidate.index())) || line.equals(candidate.mid()))
                .findFirst();
        if (found.isEmpty() || found.get().kind() != MediaKind.VIDEO) {
            return LayerOutcome.NO_SUCH_LINE;
        }
        if (!choice.rid().isEmpty() && !media.rids(found.get()).contains(choice.rid())) {
            return LayerOutcome.NO_SUCH_LAYER;
        }
        session.chooseLayer(found.get().mid(), choice);
        return LayerOutcome.CHOSEN;
    }

    @Override
    public void onRtp(ByteBuffer plainPacket, long nowNanos) {
        watch.onMedia(nowNanos);
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
        nextTick.cancel();
        TransportStats stats = transport.stats();
        boolean unused =
                session.ended(EndReason.of(reason, stats.checksReceived() > 0), describe(reason, stats, nowNanos));
        Traffic traffic = media.traffic();
        media.onClosed(session.closeReason().orElse(reason.describe()), nowNanos);
        meters.increment(Meter.SESSIONS_ENDED);
        onGone.accept(this);
        events.onEnded(session, end(traffic, stats, nowNanos));
    }

    private String describe(CloseReason reason, TransportStats stats, long nowNanos) {
        if (reason.kind() != CloseReason.Kind.NEVER_CONNECTED) {
            return reason.describe();
        }
        return new Diagnosis(
                        Duration.ofNanos(nowNanos - madeAtNanos).toSeconds(),
                        ice.offered(),
                        !config.ice().publicAddresses().isEmpty(),
                        candidates(),
                        stats.checksReceived(),
                        stats.checksRefused())
                .text();
    }

    private List<String> candidates() {
        return session.iceCandidates().stream()
                .map(config.life().logAddresses()::showCandidate)
                .toList();
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
                transport
                        .remoteAddress()
                        .map(config.life().logAddresses()::show)
                        .orElse(""),
                ice.offered(),
                candidates(),
                stats.checksReceived(),
                stats.checksRefused());
    }

    @Override
    public void addRemoteCandidate(String candidate) {
        loop.execute(() -> transport.addRemoteCandidate(candidate));
    }

    @Override
    public void signalled(int bytes) {
        loop.execute(() -> checkBudget.received(bytes));
    }

    @Override
    public void restartIce(IceCredentials local, IceCredentials remote) {
        loop.execute(() -> transport.restartIce(local, remote));
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
    public void joinAtLiveEdge() {
        loop.execute(media::joinAtLiveEdge);
    }

    @Override
    public SessionStats stats() {
        return media.stats();
    }

    @Override
    public void chooseLayer(String mid, LayerChoice choice) {
        loop.execute(() -> media.chooseLayer(mid, choice, loop.nowNanos()));
    }

    @Override
    public void traffic(Consumer<Traffic> answer) {
        loop.execute(() -> {
            if (session.isAlive()) {
                answer.accept(media.traffic());
            }
        });
    }

    @Override
    public void close(String reason) {
        boolean byDelete = session.role() == SessionRole.PUBLISHER
                && session.endReason().filter(EndReason.CLIENT_DELETE::equals).isPresent();
        loop.execute(() -> {
            if (byDelete) {
                // At the end of a turn: a loop that was busy for longer reads first what its socket holds.
                loop.schedule(LAST_MEDIA_NANOS, loop.turnEnd(() -> leave(reason)));
            } else {
                leave(reason);
            }
        });
    }

    private void leave(String reason) {
        if (!over) {
            media.onClosing(loop.nowNanos());
            transport.close(new CloseReason.Requested(reason), loop.nowNanos());
        }
    }

    @Override
    public Executor executor() {
        return loop;
    }
}
