package dev.weir.gateway.session;

import dev.weir.gateway.egress.LayerChoice;
import dev.weir.gateway.relay.Publisher;
import dev.weir.webrtc.ice.IceCredentials;
import java.net.InetAddress;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * One WebRTC session, the resource behind a WHIP or WHEP session URL: its descriptions, the peer's ICE candidates and its
 * state. From any thread.
 *
 * <p>A session of the gateway is driven by its transport; a library user may drive one of its own, and may pass it to
 * {@code MediaRelay.registerPublisher}.
 */
public final class Session implements Publisher {
    private final String id;
    private final SessionRole role;
    private final String streamId;
    private final Caller owner;
    private final Instant createdAt;
    private final AtomicReference<Phase> phase = new AtomicReference<>(new Phase(SessionState.NEW, null));
    private final RemoteCandidates iceCandidates = new RemoteCandidates();
    private volatile Optional<String> offer = Optional.empty();
    private volatile Optional<String> answer = Optional.empty();
    private volatile long epoch;
    private volatile Machinery machinery = Machinery.NONE;

    private record Phase(SessionState state, @Nullable Ending ending) {}

    private record Ending(EndReason reason, String detail) {}

    /** What stands behind a session of the gateway. */
    interface Machinery {
        Machinery NONE = new Machinery() {};

        default void addRemoteCandidate(String candidate) {}

        default void signalled(int bytes) {}

        default void restartIce(IceCredentials local, IceCredentials remote) {}

        default void requestKeyframe(int trackIndex, String rid) {}

        default void chooseLayer(String mid, LayerChoice choice) {}

        default void joinAtLiveEdge() {}

        default SessionStats stats() {
            return SessionStats.NONE;
        }

        default void close(String reason) {}

        default void traffic(Consumer<Traffic> answer) {}

        default Executor executor() {
            return task -> {};
        }
    }

    Session(String id, SessionRole role, String streamId, Caller owner, Instant createdAt) {
        this.id = id;
        this.role = role;
        this.streamId = streamId;
        this.owner = owner;
        this.createdAt = createdAt;
    }

    /** Returns a new session for {@code streamId} with an id of its own. */
    public static Session create(SessionRole role, String streamId) {
        Caller here = Caller.anonymous(InetAddress.getLoopbackAddress());
        return new Session(SessionId.random(), role, streamId, here, Instant.now());
    }

    /** Returns the id, at least 128 random bits; who knows it may end the session. */
    public String id() {
        return id;
    }

    /**
     * Returns the name of this session in logs and events: it follows from the id but does not tell it. 12 characters.
     */
    public String publicId() {
        return SessionId.publicOf(id);
    }

    /** Returns the epoch in which this publisher sends, or will once it has taken the stream over; 0 for a viewer. */
    public long epoch() {
        return epoch;
    }

    void publishesIn(long chosen) {
        epoch = chosen;
    }

    public SessionRole role() {
        return role;
    }

    public String streamId() {
        return streamId;
    }

    /** Returns who made the session, and so may go on with it. */
    public Caller owner() {
        return owner;
    }

    public Instant createdAt() {
        return createdAt;
    }

    public SessionState state() {
        return current().state();
    }

    private Phase current() {
        return Objects.requireNonNull(phase.get());
    }

    /**
     * Enters {@code next}.
     *
     * @throws IllegalStateException when that is not legal from the present state
     */
    public void transitionTo(SessionState next) {
        SessionState former = state();
        if (!tryTransition(next)) {
            throw new IllegalStateException("session cannot go from " + former + " to " + next);
        }
    }

    /** Enters {@code next} if that is legal, and returns whether it was. */
    boolean tryTransition(SessionState next) {
        return enter(new Phase(next, next == SessionState.CLOSED ? new Ending(EndReason.REQUESTED, "closed") : null));
    }

    private boolean enter(Phase next) {
        while (true) {
            Phase former = current();
            if (!former.state().canBecome(next.state())) {
                return false;
            }
            if (phase.compareAndSet(former, next)) {
                return true;
            }
        }
    }

    /** Becomes {@link SessionState#NEGOTIATED} without keeping the descriptions: the gateway has no more use for them. */
    void negotiated() {
        transitionTo(SessionState.NEGOTIATED);
    }

    /** Notes the exchanged descriptions and becomes {@link SessionState#NEGOTIATED}. */
    public void negotiated(String offerSdp, String answerSdp) {
        transitionTo(SessionState.NEGOTIATED);
        offer = Optional.of(offerSdp);
        answer = Optional.of(answerSdp);
    }

    /** Returns the peer's offer, empty before {@link #negotiated} and for a session that the gateway made. */
    public Optional<String> offer() {
        return offer;
    }

    /** Returns our answer, empty before {@link #negotiated} and for a session that the gateway made. */
    public Optional<String> answer() {
        return answer;
    }

    /**
     * Adds a candidate of the peer, the value of {@code a=candidate} with or without {@code a=}. Repeats are ignored; of
     * more than 64 candidates those of the highest priority stay. Returns whether it was added.
     *
     * @throws IllegalArgumentException when it does not begin with {@code candidate:}
     * @throws IllegalStateException when the session is closed
     */
    public boolean addIceCandidate(String candidate) {
        String value = candidate.startsWith("a=") ? candidate.substring(2) : candidate;
        if (!value.startsWith("candidate:")) {
            throw new IllegalArgumentException("not an ICE candidate: " + candidate);
        }
        if (state() == SessionState.CLOSED) {
            throw new IllegalStateException("session is closed");
        }
        if (!iceCandidates.add(value)) {
            return false;
        }
        machinery.addRemoteCandidate(value);
        return true;
    }

    /** Returns the peer's candidates of the present ICE session so far, in order of arrival. */
    public List<String> iceCandidates() {
        return iceCandidates.all();
    }

    /** Notes that the peer has sent us so much about ICE. */
    void signalled(int bytes) {
        machinery.signalled(bytes);
    }

    /** Begins a new ICE session; the candidates of the former one are not carried over. */
    void restartIce(IceCredentials local, IceCredentials remote) {
        iceCandidates.clear();
        machinery.restartIce(local, remote);
    }

    /**
     * Asks for layers on the m-line {@code mid} of a viewer's session; {@link LayerChoice#AUTO} takes the wish back. It is
     * obeyed at the next keyframe of the layer, which is requested. Nothing happens for an m-line that carries no video.
     */
    public void chooseLayer(String mid, LayerChoice choice) {
        machinery.chooseLayer(mid, choice);
    }

    /** Lets a viewer that has not connected yet begin with the publisher's next keyframe instead of the last one. */
    public void joinAtLiveEdge() {
        machinery.joinAtLiveEdge();
    }

    /** Returns how media flows, at most about a second ago. */
    public SessionStats stats() {
        return machinery.stats();
    }

    /** Asks for what the session has carried; {@code answer} is called on its loop, never once it has ended. */
    public void traffic(Consumer<Traffic> answer) {
        machinery.traffic(answer);
    }

    /** Ends the session. Idempotent; the first reason stays. */
    public void close(String reason) {
        close(EndReason.REQUESTED, reason);
    }

    /** Ends the session for {@code reason}, said in {@code detail} for people. Idempotent; the first reason stays. */
    public void close(EndReason reason, String detail) {
        if (ended(reason, detail)) {
            machinery.close(detail);
        }
    }

    /** Returns why the session ended, for people; empty while it lives. */
    public Optional<String> closeReason() {
        return Optional.ofNullable(current().ending()).map(Ending::detail);
    }

    /** Returns why the session ended, empty while it lives. */
    public Optional<EndReason> endReason() {
        return Optional.ofNullable(current().ending()).map(Ending::reason);
    }

    void driveBy(Machinery driver) {
        machinery = driver;
    }

    /** Notes the end and its reason; false when it has ended before. */
    boolean ended(EndReason reason, String detail) {
        return enter(new Phase(SessionState.CLOSED, new Ending(reason, detail)));
    }

    @Override
    public boolean isAlive() {
        return state() != SessionState.CLOSED;
    }

    @Override
    public boolean isSending() {
        return state() == SessionState.CONNECTED;
    }

    @Override
    public void requestKeyframe(int trackIndex, String rid) {
        machinery.requestKeyframe(trackIndex, rid);
    }

    @Override
    public void supersede() {
        close(EndReason.SUPERSEDED, EndReason.SUPERSEDED.meaning());
    }

    @Override
    public Executor executor() {
        return machinery.executor();
    }

    @Override
    public String toString() {
        return "Session[" + role + " stream=" + streamId + " " + state() + "]";
    }
}
