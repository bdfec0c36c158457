package dev.weir.webrtc.transport;

import dev.weir.webrtc.dtls.DtlsConfig;
import dev.weir.webrtc.dtls.DtlsConnection;
import dev.weir.webrtc.dtls.DtlsFailure;
import dev.weir.webrtc.dtls.DtlsKeys;
import dev.weir.webrtc.dtls.DtlsListener;
import dev.weir.webrtc.dtls.ProtectionProfile;
import dev.weir.webrtc.ice.FiveTuple;
import dev.weir.webrtc.ice.IceCandidate;
import dev.weir.webrtc.ice.IceCredentials;
import dev.weir.webrtc.ice.IceParameters;
import dev.weir.webrtc.ice.IceSession;
import dev.weir.webrtc.srtp.SrtpProfile;
import dev.weir.webrtc.srtp.SrtpProtector;
import dev.weir.webrtc.srtp.SrtpUnprotector;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Carries RTP and RTCP to and from one peer: demultiplexing (RFC 7983) over ICE, DTLS-SRTP (RFC 5764) and SRTP. Everything
 * on the loop that it is registered with, unless said otherwise.
 *
 * <p>No byte of DTLS or media goes in or out on a path without an authenticated STUN check of this session.
 *
 * <p>Life: construct (any thread), {@code EventLoop.register}, … {@link #close} or the peer's end, then {@code onClosed}.
 */
public final class PeerTransport implements Endpoint {
    private static final long LIFE_INTERVAL_NANOS = 1_000_000_000L;

    private final TransportConfig config;
    private final TransportListener listener;
    private final TrafficCounters counters = new TrafficCounters();
    private final EarlyMedia earlyMedia;
    private final List<IceCandidate> earlyCandidates = new ArrayList<>();

    private volatile TransportState state = TransportState.NEW;
    private volatile @Nullable FiveTuple selected;
    private volatile @Nullable SrtpProfile profile;

    private @Nullable EndpointContext context;
    private @Nullable IceSession ice;
    private @Nullable DtlsConnection dtls;
    private @Nullable SrtpProtector protector;
    private @Nullable SrtpUnprotector unprotector;
    /** Without consent nothing is sent, not even a goodbye (RFC 7675 section 5.1). */
    private boolean mute;
    /** Spares the agent's table for every packet of a burst. */
    private @Nullable FiveTuple lastValidated;

    private long connectDeadlineNanos;
    private long lifeNotedNanos;
    private long nowNanos;

    public PeerTransport(TransportConfig config, TransportListener listener) {
        this.config = config;
        this.listener = listener;
        this.earlyMedia = new EarlyMedia(config.iceRole());
    }

    @Override
    public void attach(EndpointContext attachedTo, long attachedNanos) {
        if (state != TransportState.NEW) {
            throw new IllegalStateException("a transport is attached once");
        }
        nowNanos = attachedNanos;
        context = attachedTo;
        connectDeadlineNanos = attachedNanos + config.connectTimeout().toNanos();
        IceSession session = new IceSession(iceParameters(attachedTo), attachedTo, new IceEvents());
        ice = session;
        enter(TransportState.CHECKING);
        for (IceCandidate candidate : earlyCandidates) {
            session.addRemoteCandidate(candidate, attachedNanos);
        }
        earlyCandidates.clear();
    }

    private IceParameters iceParameters(EndpointContext attachedTo) {
        return new IceParameters(
                config.iceRole(),
                config.local(),
                config.remote(),
                config.consentTimeout().toNanos(),
                attachedTo.localAddresses(),
                config.checkLimit());
    }

    /** Not before there is a path: most of those who only ask for a session never have one. */
    private void startDtls() {
        EndpointContext attachedTo = context;
        if (dtls == null && attachedTo != null) {
            dtls = new DtlsConnection(dtlsConfig(), config.handshakeExecutor(), attachedTo, new DtlsEvents());
        }
        if (dtls != null) {
            dtls.start();
        }
    }

    private DtlsConfig dtlsConfig() {
        List<ProtectionProfile> profiles = new ArrayList<>();
        for (SrtpProfile candidate : config.srtpProfiles()) {
            profiles.add(new ProtectionProfile(candidate.dtlsId(), candidate.keyLength(), candidate.saltLength()));
        }
        return new DtlsConfig(
                config.dtlsRole(), config.identity(), config.remoteFingerprint(), profiles, config.connectTimeout());
    }

    /** Adds a candidate of the peer, as in SDP after {@code a=}; a lite agent ignores it, and so does anyone what is no UDP. */
    public void addRemoteCandidate(String candidate) {
        Optional<IceCandidate> parsed = IceCandidate.parse(candidate);
        if (parsed.isEmpty() || state == TransportState.CLOSED) {
            return;
        }
        IceSession session = ice;
        EndpointContext attachedTo = context;
        if (session == null || attachedTo == null) {
            earlyCandidates.add(parsed.get());
        } else {
            session.addRemoteCandidate(parsed.get(), attachedTo.nowNanos());
            attachedTo.deadlineChanged();
        }
    }

    /**
     * Begins an ICE restart (RFC 8445 section 9) with new credentials of both sides: media stays on the path in use until the
     * new ICE session has one. Candidates that are added from now on belong to the new session. No-op unless attached.
     */
    public void restartIce(IceCredentials local, IceCredentials remote) {
        IceSession session = ice;
        EndpointContext attachedTo = context;
        if (session != null && attachedTo != null && state != TransportState.CLOSED) {
            session.restart(local, remote, attachedTo.nowNanos());
            attachedTo.deadlineChanged();
        }
    }

    @Override
    public void handle(ByteBuffer datagram, FiveTuple path, long arrivalNanos) {
        nowNanos = arrivalNanos;
        if (state == TransportState.CLOSED || ice == null) {
            return;
        }
        counters.bytesReceived += datagram.remaining();
        switch (Demux.of(datagram)) {
            case STUN -> {
                if (ice.handle(datagram, path, arrivalNanos)) {
                    counters.checksReceived++;
                } else {
                    counters.checksRefused++;
                    counters.droppedAuthentication++;
                }
            }
            case DTLS -> {
                if (isValidated(path) && dtls != null) {
                    dtls.handle(datagram);
                }
            }
            case RTP -> handleRtp(datagram, path);
            case RTCP -> handleRtcp(datagram, path);
            case OTHER -> counters.droppedMalformed++;
        }
    }

    private boolean isValidated(FiveTuple path) {
        if (path.equals(lastValidated)) {
            return true;
        }
        if (ice != null && ice.isValidated(path)) {
            lastValidated = path;
            return true;
        }
        counters.droppedUnvalidated++;
        return false;
    }

    private void handleRtp(ByteBuffer packet, FiveTuple path) {
        SrtpUnprotector keys = unprotector;
        if (!isValidated(path)) {
            return;
        }
        if (keys == null) {
            earlyMedia.add(packet, path);
            return;
        }
        if (counters.accept(keys.unprotectRtp(packet))) {
            counters.rtpPacketsReceived++;
            noteLife(path);
            listener.onRtp(packet, nowNanos);
        }
    }

    /** Once a second is enough for a timeout of many. */
    private void noteLife(FiveTuple path) {
        if (ice != null && nowNanos - lifeNotedNanos >= LIFE_INTERVAL_NANOS) {
            lifeNotedNanos = nowNanos;
            ice.onAuthenticMedia(path, nowNanos);
        }
    }

    private void handleRtcp(ByteBuffer packet, FiveTuple path) {
        SrtpUnprotector keys = unprotector;
        if (!isValidated(path)) {
            return;
        }
        if (keys == null) {
            earlyMedia.add(packet, path);
            return;
        }
        if (counters.accept(keys.unprotectRtcp(packet))) {
            counters.rtcpPacketsReceived++;
            noteLife(path);
            listener.onRtcp(packet, nowNanos);
        }
    }

    /**
     * Sends a plain RTP packet: protects it in place, so {@code packet} needs {@code SrtpProtector.MAX_OVERHEAD} bytes of
     * room behind its limit and is spoilt afterwards. Returns false when it was not sent: not CONNECTED, malformed, or its
     * SSRC and sequence number were sent before.
     */
    public boolean sendRtp(ByteBuffer packet, long sendNanos) {
        SrtpProtector keys = protector;
        if (keys == null || keys.protectRtp(packet) < 0) {
            return false;
        }
        counters.rtpPacketsSent++;
        sendProtected(packet);
        return true;
    }

    /**
     * Sends again what {@link #sendRtp} left in its buffer: a packet that is protected already. The answer to a NACK where
     * no retransmission format was negotiated; a packet must not be protected twice.
     */
    public boolean resendRtp(ByteBuffer protectedPacket, long sendNanos) {
        if (protector == null) {
            return false;
        }
        counters.rtpPacketsSent++;
        sendProtected(protectedPacket);
        return true;
    }

    /** Sends a plain compound RTCP packet; else as {@link #sendRtp}. */
    public boolean sendRtcp(ByteBuffer compound, long sendNanos) {
        SrtpProtector keys = protector;
        if (keys == null || keys.protectRtcp(compound) < 0) {
            return false;
        }
        counters.rtcpPacketsSent++;
        sendProtected(compound);
        return true;
    }

    private void sendProtected(ByteBuffer packet) {
        FiveTuple path = selected;
        EndpointContext attachedTo = context;
        if (path != null && !mute && attachedTo != null) {
            counters.bytesSent += packet.remaining();
            attachedTo.send(packet, path);
        }
    }

    /** Returns the state; from any thread. */
    public TransportState state() {
        return state;
    }

    /** Sends close_notify, stops answering checks, tells the listener. Idempotent. */
    public void close(CloseReason reason, long closeNanos) {
        if (state == TransportState.CLOSED) {
            return;
        }
        nowNanos = closeNanos;
        protector = null;
        unprotector = null;
        if (dtls != null) {
            dtls.close();
        }
        state = TransportState.CLOSED;
        if (context != null) {
            context.detach();
        }
        listener.onState(TransportState.CLOSED, closeNanos);
        listener.onClosed(reason, closeNanos);
    }

    private void readClock() {
        if (context != null) {
            nowNanos = context.nowNanos();
        }
    }

    private void enter(TransportState next) {
        state = next;
        listener.onState(next, nowNanos);
    }

    /** Returns the peer's address on the path in use; from any thread. */
    public Optional<InetSocketAddress> remoteAddress() {
        FiveTuple path = selected;
        return path == null ? Optional.empty() : Optional.of(path.remote());
    }

    /** Returns the negotiated profile once CONNECTED; from any thread. */
    public Optional<SrtpProfile> srtpProfile() {
        return Optional.ofNullable(profile);
    }

    /** Returns the counters so far. */
    public TransportStats stats() {
        return counters.snapshot();
    }

    @Override
    public long nextDeadlineNanos() {
        if (state == TransportState.CLOSED || ice == null) {
            return Long.MAX_VALUE;
        }
        long deadline = ice.nextDeadlineNanos();
        if (state == TransportState.CONNECTED) {
            return deadline;
        }
        return deadline == Long.MAX_VALUE || connectDeadlineNanos - deadline < 0 ? connectDeadlineNanos : deadline;
    }

    @Override
    public void onTimeout(long dueNanos) {
        if (state == TransportState.CLOSED || ice == null) {
            return;
        }
        nowNanos = dueNanos;
        if (state != TransportState.CONNECTED && dueNanos - connectDeadlineNanos >= 0) {
            close(new CloseReason.NeverConnected(state), dueNanos);
            return;
        }
        ice.onTimeout(dueNanos);
    }

    @Override
    public void onFailure(Throwable failure, long failureNanos) {
        close(new CloseReason.Failed(failure.getClass().getSimpleName()), failureNanos);
    }

    @Override
    public void onShutdown(long shutdownNanos) {
        close(new CloseReason.Requested("shutting down"), shutdownNanos);
    }

    private final class IceEvents implements IceSession.Listener {
        @Override
        public boolean onValidated(FiveTuple path) {
            return context != null && context.claim(path);
        }

        @Override
        public void onForgotten(FiveTuple path) {
            lastValidated = null;
            if (context != null) {
                context.release(path);
            }
        }

        @Override
        public void onSelected(FiveTuple path, long selectedNanos) {
            selected = path;
            mute = false;
            if (state == TransportState.CHECKING) {
                enter(TransportState.HANDSHAKING);
            }
            startDtls();
        }

        @Override
        public void onPathLost(long lostNanos) {
            mute = true;
        }

        @Override
        public void onConsentExpired(long expiredNanos) {
            mute = true;
            close(new CloseReason.ConsentExpired(), expiredNanos);
        }

        @Override
        public void onConsentRevoked(long revokedNanos) {
            mute = true;
            close(new CloseReason.ConsentRevoked(), revokedNanos);
        }

        @Override
        public void onListening(String localUfrag) {
            if (context != null) {
                context.listen(localUfrag);
            }
        }

        @Override
        public void onSilent(String localUfrag) {
            if (context != null) {
                context.silence(localUfrag);
            }
        }
    }

    private final class DtlsEvents implements DtlsListener {
        @Override
        public void send(ByteBuffer datagram) {
            sendProtected(datagram);
        }

        @Override
        public void onKeys(DtlsKeys keys) {
            readClock();
            SrtpProfile negotiated = SrtpProfile.ofDtlsId(keys.profileId()).orElseThrow();
            protector = new SrtpProtector(negotiated, keys.localKey(), keys.localSalt());
            unprotector = new SrtpUnprotector(negotiated, keys.remoteKey(), keys.remoteSalt());
            profile = negotiated;
            enter(TransportState.CONNECTED);
            earlyMedia.replay((packet, path) -> handle(packet, path, nowNanos));
        }

        @Override
        public void onFailure(DtlsFailure failure) {
            CloseReason reason = switch (failure.kind()) {
                case FINGERPRINT_MISMATCH -> new CloseReason.FingerprintMismatch();
                case HANDSHAKE -> new CloseReason.HandshakeFailed(failure.detail());
            };
            readClock();
            close(reason, nowNanos);
        }

        @Override
        public void onPeerClosed() {
            readClock();
            close(new CloseReason.PeerClosed(), nowNanos);
        }
    }
}
