package dev.weir.gateway.session;

import dev.weir.gateway.egress.LayerChoice;
import dev.weir.gateway.metrics.Meter;
import dev.weir.gateway.metrics.Meters;
import dev.weir.gateway.relay.MediaRelay;
import dev.weir.webrtc.dtls.DtlsIdentity;
import dev.weir.webrtc.net.EventLoop;
import dev.weir.webrtc.net.EventLoopGroup;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/** Registry of all sessions: makes them from offers, finds them, ends them. From any thread. */
public final class Sessions implements AutoCloseable {
    private static final Duration CLOSE_TIMEOUT = Duration.ofSeconds(2);

    private final SessionConfig config;
    private final SessionFactory factory;
    private final Meters meters;
    private final EventLoopGroup loops;
    private final ConcurrentHashMap<String, LiveSession> live = new ConcurrentHashMap<>();
    private final ConcurrentHashMap<String, PendingView> pending = new ConcurrentHashMap<>();
    private final Admission admission;
    private final EventStreams eventStreams = new EventStreams();
    private final Listeners listeners = new Listeners();
    private final RecentEnds recentEnds = new RecentEnds(InstantSource.system());

    /** Takes its parts; {@code loops} must be started before the first session. */
    public Sessions(SessionConfig config, MediaRelay relay, EventLoopGroup loops, Meters meters) {
        this.config = config;
        this.admission = new Admission(config);
        this.loops = loops;
        this.meters = meters;
        this.factory = new SessionFactory(
                config, relay, loops, DtlsIdentity.generate(), meters, InstantSource.system(), listeners, this::forget);
        listeners.add(recentEnds);
    }

    /** Adds a listener, which hears of every session from now on. */
    public void listen(SessionEvents listener) {
        listeners.add(listener);
    }

    /** Makes a publisher's session for {@code streamId} from its offer. */
    public CreatedSession publish(String streamId, String offerSdp, Caller caller) throws SessionRefused {
        return begin(
                place(SessionRole.PUBLISHER, streamId, caller, () -> factory.publisher(streamId, offerSdp, caller)));
    }

    /** Makes a viewer's session for {@code streamId} from its offer. */
    public CreatedSession view(String streamId, String offerSdp, Caller caller) throws SessionRefused {
        return begin(place(SessionRole.VIEWER, streamId, caller, () -> factory.viewer(streamId, offerSdp, caller)));
    }

    /**
     * Offers {@code streamId} to a viewer, who has to {@link #answer} within {@code life}; until then its session takes a
     * place, and is found and deleted as others are.
     */
    public OfferedSession offer(String streamId, Duration life, Caller caller) throws SessionRefused {
        PendingView made = place(SessionRole.VIEWER, streamId, caller, () -> factory.offerToViewer(streamId, caller));
        String id = made.session.id();
        pending.put(id, made);
        EventLoop loop = loops.next();
        loop.execute(() -> loop.schedule(life.toNanos(), () -> giveUp(id)));
        return new OfferedSession(id, made.offer.sdp());
    }

    /**
     * Takes a viewer's answer to our {@link #offer}; empty when none is awaited for {@code id}.
     *
     * @throws SessionRefused when the answer does not do; another one may come
     */
    public Optional<CreatedSession> answer(String id, String answerSdp, Caller caller) throws SessionRefused {
        Optional<PendingView> found = awaiting(id, caller);
        if (found.isEmpty()) {
            return Optional.empty();
        }
        PendingView waiting = found.get();
        Optional<AnsweredSession> made = waiting.end(() -> factory.answered(waiting, answerSdp));
        Optional<CreatedSession> created = made.map(this::begin);
        pending.remove(id, waiting);
        return created;
    }

    private boolean giveUp(String id) {
        PendingView waiting = pending.remove(id);
        if (waiting == null || !waiting.giveUp()) {
            return false;
        }
        admission.free();
        return true;
    }

    /** Makes something that takes a place, or tells that it was refused. */
    private <T> T place(SessionRole role, String streamId, Caller caller, Admission.Making<T> making)
            throws SessionRefused {
        try {
            return admission.place(caller, unconnected(), making);
        } catch (SessionRefused e) {
            meters.increment(Meter.SESSIONS_REFUSED);
            listeners.onRefused(role, streamId, caller.subject(), e);
            throw e;
        }
    }

    private List<Session> unconnected() {
        List<Session> found = new ArrayList<>();
        for (LiveSession session : live.values()) {
            if (session.session().state().compareTo(SessionState.CONNECTED) < 0) {
                found.add(session.session());
            }
        }
        pending.values().forEach(waiting -> found.add(waiting.session));
        return found;
    }

    private CreatedSession begin(AnsweredSession made) {
        LiveSession begun = made.session();
        Session session = begun.session();
        live.put(session.id(), begun);
        meters.increment(Meter.SESSIONS_STARTED);
        begun.start();
        if (admission.isClosed()) {
            session.close(EndReason.SHUTDOWN, EndReason.SHUTDOWN.meaning());
        }
        return new CreatedSession(
                session.id(), session.streamId(), made.answerSdp(), begun.ice().etag());
    }

    /** Opens a stream of events of {@code types} for a viewer's session; empty when {@code caller} has no such session. */
    public Optional<EventStream> openEvents(String id, Set<EventType> types, Caller caller) {
        LiveSession session = owned(id, caller);
        if (session == null || session.session().role() != SessionRole.VIEWER) {
            return Optional.empty();
        }
        EventStream opened = eventStreams.open(session.session(), types);
        session.observe(eventStreams);
        if (!session.session().isAlive()) {
            eventStreams.close(session.session());
        }
        return Optional.of(opened);
    }

    /** Returns the stream of events of that name, which is a capability. */
    public Optional<EventStream> eventStream(String id) {
        return eventStreams.find(id);
    }

    /** Ends a stream of events and drops what waits in it; false when there is none. */
    public boolean closeEvents(String id) {
        return eventStreams.delete(id);
    }

    /** Shows a viewer the layers that it asks for on an m-line, named by index or mid; empty = the first of video. */
    public LayerOutcome chooseLayer(String id, String line, LayerChoice choice, Caller caller) {
        LiveSession session = owned(id, caller);
        if (session == null || session.session().role() != SessionRole.VIEWER) {
            return LayerOutcome.NO_SUCH_SESSION;
        }
        return session.select(line, choice);
    }

    private void forget(LiveSession gone) {
        if (gone.session().endReason().equals(Optional.of(EndReason.CODECS_CHANGED))) {
            // Here, and anew: the session that the player makes then fits the stream.
            ViewerEvent reconnect = new ViewerEvent(EventType.RECONNECT, Map.of());
            eventStreams.of(gone.session()).forEach(stream -> stream.tell(reconnect));
        }
        eventStreams.close(gone.session());
        if (live.remove(gone.session().id(), gone)) {
            admission.free();
        }
    }

    /** Returns the session if {@code caller} made it; to anybody else it does not exist. */
    public Optional<Session> find(String id, Caller caller) {
        return Optional.ofNullable(owned(id, caller))
                .map(LiveSession::session)
                .or(() -> awaiting(id, caller).map(waiting -> waiting.session));
    }

    /** Returns whether an {@link #answer} of {@code caller} is awaited. */
    public boolean awaitsAnswer(String id, Caller caller) {
        return awaiting(id, caller).isPresent();
    }

    private Optional<PendingView> awaiting(String id, Caller caller) {
        return Optional.ofNullable(pending.get(id))
                .filter(waiting -> waiting.session.owner().isSameAs(caller));
    }

    /** Returns the entity tag of the session's ICE session, with its quotes. */
    public Optional<String> etag(String id, Caller caller) {
        return Optional.ofNullable(owned(id, caller)).map(found -> found.ice().etag());
    }

    private @Nullable LiveSession owned(String id, Caller caller) {
        LiveSession session = live.get(id);
        return session != null && session.session().owner().isSameAs(caller) ? session : null;
    }

    /**
     * Takes a trickle fragment (RFC 8840) for the session {@code id}: candidates, or an ICE restart when it has other
     * credentials than the ICE session in force. Does not wait for anything.
     */
    public PatchResult patch(String id, String fragment, IfMatch ifMatch, Caller caller) {
        LiveSession session = owned(id, caller);
        return session == null ? PatchResult.UNKNOWN : session.ice().patch(fragment, ifMatch);
    }

    /** Ends the session at the wish of its owner, or of one with {@code admin} on the stream; false when there is none. */
    public boolean delete(String id, Caller caller) {
        LiveSession session = live.get(id);
        if (session == null || !session.session().isAlive()) {
            return awaitsAnswer(id, caller) && giveUp(id);
        }
        Session found = session.session();
        boolean own = found.owner().isSameAs(caller);
        if (!own && !caller.may(Permission.ADMIN, found.streamId())) {
            return false;
        }
        if (own) {
            found.close(EndReason.CLIENT_DELETE, EndReason.CLIENT_DELETE.meaning());
        } else {
            found.close(EndReason.REQUESTED, "an administrator ended it");
        }
        // Gone for whoever asks from now on, though its loop has yet to say goodbye to the peer.
        forget(session);
        return true;
    }

    /** Returns how the last sessions of the stream ended, latest first: five at most, of the last ten minutes. */
    public List<EndedSession> recentEnds(String streamId) {
        return recentEnds.of(streamId);
    }

    /** Returns how many sessions there are. */
    public int size() {
        return live.size();
    }

    /** Returns how many sessions of {@code role} there are. */
    public int size(SessionRole role) {
        int count = 0;
        for (LiveSession session : live.values()) {
            count += session.session().role() == role ? 1 : 0;
        }
        return count;
    }

    public List<Session> sessions() {
        List<Session> all = new ArrayList<>();
        live.values().forEach(session -> all.add(session.session()));
        return all;
    }

    /**
     * Takes no more sessions, sends viewers that listen on to another gateway, says goodbye to all, and waits a moment until
     * they are gone. Idempotent.
     */
    @Override
    public void close() {
        admission.close();
        sendViewersOn();
        pending.keySet().forEach(this::giveUp);
        for (LiveSession session : live.values()) {
            session.session().close(EndReason.SHUTDOWN, EndReason.SHUTDOWN.meaning());
        }
        await(live::isEmpty, CLOSE_TIMEOUT);
    }

    private void sendViewersOn() {
        if (eventStreams.size() == 0) {
            return;
        }
        String base = config.life().reconnectUrl();
        for (LiveSession session : live.values()) {
            Map<String, Object> where = base.isEmpty()
                    ? Map.of()
                    : Map.of("url", base + "/" + session.session().streamId());
            for (EventStream stream : eventStreams.of(session.session())) {
                stream.tell(new ViewerEvent(EventType.RECONNECT, where));
            }
        }
        await(() -> eventStreams.size() == 0, config.life().drainTime());
    }

    private static void await(BooleanSupplier done, Duration timeout) {
        long deadline = System.nanoTime() + timeout.toNanos();
        while (!done.getAsBoolean()
                && System.nanoTime() - deadline < 0
                && !Thread.currentThread().isInterrupted()) {
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(5));
        }
    }
}
