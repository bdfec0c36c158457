package dev.weir.webrtc.ice;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;

/**
 * Checks pairs and nominates the first that answers, for our own clients (RFC 8445). The peer may be lite or full: its
 * checks are answered, and an address that they reveal becomes a pair (peer-reflexive, section 7.3.1.3). Consent is renewed
 * every 5 s (RFC 7675 section 5.1).
 */
public final class ControllingAgent implements IceAgent {
    private static final int MAX_PAIRS = 64;
    /** Pace of new checks (RFC 8445 section 14.2 allows 5 ms and more). */
    private static final long PACE_NANOS = 20_000_000L;

    private static final long CONSENT_INTERVAL_NANOS = 5_000_000_000L;
    private static final int ROLE_CONFLICT = 487;
    private static final long PEER_REFLEXIVE_PRIORITY = (110L << 24) | (65_535L << 8) | 255;

    private final IceCredentials local;
    private final IceCredentials remote;
    private final long consentTimeoutNanos;
    private final List<InetSocketAddress> localAddresses;
    private final DatagramSink sink;
    private final IceListener listener;
    private final MessageIntegrity localIntegrity;
    private final MessageIntegrity remoteIntegrity;
    private final long tieBreaker;
    /** Spreads consent checks of many clients; needs no secrecy, so a simulation stays repeatable. */
    private final SplittableRandom jitter;

    private final List<CandidatePair> pairs = new ArrayList<>();
    private @Nullable CandidatePair selected;
    private long nextSendNanos;

    /**
     * @param localAddresses of the sockets that the sink can send from
     */
    public ControllingAgent(
            IceCredentials local,
            IceCredentials remote,
            long consentTimeoutNanos,
            List<InetSocketAddress> localAddresses,
            DatagramSink sink,
            IceListener listener) {
        this.local = local;
        this.remote = remote;
        this.consentTimeoutNanos = consentTimeoutNanos;
        this.localAddresses = List.copyOf(localAddresses);
        this.sink = sink;
        this.listener = listener;
        this.localIntegrity = new MessageIntegrity(local.password());
        this.remoteIntegrity = new MessageIntegrity(remote.password());
        this.tieBreaker = TransactionId.random().high();
        this.jitter = new SplittableRandom(local.ufrag().hashCode());
    }

    @Override
    public void addRemoteCandidate(IceCandidate candidate, long nowNanos) {
        for (InetSocketAddress address : localAddresses) {
            if (sameFamily(address.getAddress(), candidate.address().getAddress())) {
                addPair(new FiveTuple(address, candidate.address()), candidate.priority(), nowNanos);
            }
        }
    }

    private static boolean sameFamily(InetAddress one, InetAddress other) {
        // A dual-stack socket on the wildcard address reaches both.
        return one.isAnyLocalAddress() || one.getClass().equals(other.getClass());
    }

    private void addPair(FiveTuple path, long priority, long nowNanos) {
        if (pairs.size() == MAX_PAIRS || find(path) != null) {
            return;
        }
        if (pairs.isEmpty()) {
            nextSendNanos = nowNanos;
        }
        CandidatePair pair = new CandidatePair(path, priority, nowNanos);
        int at = 0;
        while (at < pairs.size() && pairs.get(at).priority >= priority) {
            at++;
        }
        pairs.add(at, pair);
    }

    @Override
    public boolean handle(ByteBuffer stun, FiveTuple path, long nowNanos) {
        Optional<StunMessage> parsed = StunMessage.parse(stun);
        if (parsed.isEmpty()) {
            return false;
        }
        StunMessage message = parsed.get();
        return switch (message.messageClass()) {
            case REQUEST -> handleCheck(message, path, nowNanos);
            case SUCCESS -> handleSuccess(message, path, nowNanos);
            case ERROR -> handleError(message, path, nowNanos);
            case INDICATION -> true;
        };
    }

    private boolean handleSuccess(StunMessage answer, FiveTuple path, long nowNanos) {
        // RFC 8445 section 7.2.5.2.1: the answer must come back on the path of the check.
        CandidatePair pair = find(path);
        if (pair == null || !answer.transactionId().equals(pair.pending) || !remoteIntegrity.verify(answer)) {
            return false;
        }
        if (!pair.succeeded && !listener.onValidated(path)) {
            return false;
        }
        boolean nominated = pair.pendingNominates;
        pair.answered(nowNanos);
        pair.nominated |= nominated;
        if (selected == null) {
            selected = pair;
            listener.onSelected(path, nowNanos);
        }
        planNext(pair, nowNanos);
        return true;
    }

    private void planNext(CandidatePair pair, long nowNanos) {
        if (pair != selected) {
            pair.nextCheckNanos = Long.MAX_VALUE;
        } else if (!pair.nominated) {
            pair.nextCheckNanos = nowNanos;
        } else {
            pair.nextCheckNanos = nowNanos + (long) (CONSENT_INTERVAL_NANOS * jitter.nextDouble(0.8, 1.2));
        }
    }

    private boolean handleError(StunMessage answer, FiveTuple path, long nowNanos) {
        CandidatePair pair = find(path);
        if (pair == null || !answer.transactionId().equals(pair.pending) || !remoteIntegrity.verify(answer)) {
            return false;
        }
        // Also for a role conflict: as offerer with a full agent we are the controlling side, the peer has to give way.
        pair.pending = null;
        pair.nextCheckNanos = nowNanos + CandidatePair.FIRST_RTO_NANOS;
        return true;
    }

    private boolean handleCheck(StunMessage check, FiveTuple path, long nowNanos) {
        String username = check.username().orElse("");
        if (!username.startsWith(local.ufrag() + ":") || !localIntegrity.verify(check)) {
            return false;
        }
        StunWriter answer;
        if (check.controlling()) {
            answer = new StunWriter(StunClass.ERROR, check.transactionId()).errorCode(ROLE_CONFLICT);
        } else {
            answer = new StunWriter(StunClass.SUCCESS, check.transactionId()).mappedAddress(path.remote());
            trigger(path, nowNanos);
        }
        answer.integrity(localIntegrity);
        if (check.hasFingerprint()) {
            answer.fingerprint();
        }
        ByteBuffer bytes = answer.finish();
        if (bytes.remaining() <= check.length()) {
            sink.send(bytes, path);
        }
        return true;
    }

    /** Checks the path that an authenticated check came from, soon (RFC 8445 section 7.3.1.4). */
    private void trigger(FiveTuple path, long nowNanos) {
        CandidatePair pair = find(path);
        if (pair == null) {
            addPair(path, PEER_REFLEXIVE_PRIORITY, nowNanos);
        } else if (!pair.succeeded) {
            pair.nextCheckNanos = nowNanos;
            pair.rtoNanos = CandidatePair.FIRST_RTO_NANOS;
        }
    }

    private @Nullable CandidatePair find(FiveTuple path) {
        for (int i = 0; i < pairs.size(); i++) {
            if (pairs.get(i).path.equals(path)) {
                return pairs.get(i);
            }
        }
        return null;
    }

    @Override
    public boolean isValidated(FiveTuple path) {
        CandidatePair pair = find(path);
        return pair != null && pair.succeeded;
    }

    @Override
    public @Nullable FiveTuple selected() {
        return selected == null ? null : selected.path;
    }

    @Override
    public long nextDeadlineNanos() {
        CandidatePair pair = nextToCheck();
        long deadline = Long.MAX_VALUE;
        if (pair != null) {
            deadline = pair.nextCheckNanos - nextSendNanos > 0 ? pair.nextCheckNanos : nextSendNanos;
        }
        CandidatePair current = selected;
        if (current != null) {
            long expiry = current.lastAnswerNanos + consentTimeoutNanos;
            if (deadline == Long.MAX_VALUE || expiry - deadline < 0) {
                deadline = expiry;
            }
        }
        return deadline;
    }

    private @Nullable CandidatePair nextToCheck() {
        if (selected != null) {
            return selected;
        }
        CandidatePair next = null;
        for (int i = 0; i < pairs.size(); i++) {
            CandidatePair pair = pairs.get(i);
            if (pair.nextCheckNanos != Long.MAX_VALUE
                    && (next == null || pair.nextCheckNanos - next.nextCheckNanos < 0)) {
                next = pair;
            }
        }
        return next;
    }

    @Override
    public void onTimeout(long nowNanos) {
        CandidatePair current = selected;
        if (current != null && nowNanos - current.lastAnswerNanos >= consentTimeoutNanos) {
            selected = null;
            pairs.clear();
            listener.onConsentExpired(nowNanos);
            return;
        }
        CandidatePair pair = nextToCheck();
        if (pair != null && nowNanos - pair.nextCheckNanos >= 0 && nowNanos - nextSendNanos >= 0) {
            nextSendNanos = nowNanos + PACE_NANOS;
            check(pair, nowNanos);
        }
    }

    private void check(CandidatePair pair, long nowNanos) {
        TransactionId id = pair.pending;
        boolean nominate = pair == selected;
        if (id == null || pair.pendingNominates != nominate) {
            id = TransactionId.random();
            pair.pending = id;
            pair.pendingNominates = nominate;
        }
        StunWriter request = new StunWriter(StunClass.REQUEST, id)
                .username(remote.ufrag() + ":" + local.ufrag())
                .controlling(tieBreaker)
                .priority(PEER_REFLEXIVE_PRIORITY);
        if (nominate) {
            request.useCandidate();
        }
        sink.send(request.integrity(remoteIntegrity).fingerprint().finish(), pair.path);
        pair.backOff(nowNanos);
    }
}
