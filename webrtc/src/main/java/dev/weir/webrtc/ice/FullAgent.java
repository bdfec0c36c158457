package dev.weir.webrtc.ice;

import java.nio.ByteBuffer;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;

/**
 * Checks pairs and answers the peer's checks (RFC 8445): our clients as the controlling side, which nominates the first pair
 * that answers, a server as the controlled one. An address that a check reveals becomes a pair (peer-reflexive, section
 * 7.3.1.3). When both sides take the same role the tie-breakers decide (section 7.3.1.1). Consent is renewed every 5 s (RFC
 * 7675 section 5.1).
 */
public final class FullAgent implements IceAgent {
    /** Pace of checks (RFC 8445 section 14.2 allows 5 ms and more). */
    private static final long PACE_NANOS = 20_000_000L;

    /** Checks of a server that nobody answers, per pair: it must not be a tool against those who never asked (section 19.5). */
    private static final int MAX_UNANSWERED = 7;

    /** Pause before a check that {@link CheckLimit} withheld is tried again. */
    private static final long WITHHELD_NANOS = 250_000_000L;

    private static final long CONSENT_INTERVAL_NANOS = 5_000_000_000L;
    private static final int FORBIDDEN = 403;
    private static final int ROLE_CONFLICT = 487;
    private static final long PEER_REFLEXIVE_PRIORITY = (110L << 24) | (65_535L << 8) | 255;

    private final IceParameters parameters;
    private final boolean eager;
    private final DatagramSink sink;
    private final IceListener listener;
    private final MessageIntegrity localIntegrity;
    private final MessageIntegrity remoteIntegrity;
    private final long tieBreaker;
    /** Spreads consent checks of many peers; needs no secrecy, so a simulation stays repeatable. */
    private final SplittableRandom jitter;

    private final CheckList checks;
    private boolean controlling;
    private @Nullable CandidatePair selected;
    private long nextSendNanos;
    private boolean sentBefore;

    /**
     * @param eager whether a controlled agent uses the first pair that works at once; otherwise, and that is for a restart
     *     while the old path still carries media, only one that the peer nominates
     */
    public FullAgent(IceParameters parameters, boolean eager, DatagramSink sink, IceListener listener) {
        this.parameters = parameters;
        this.controlling = parameters.role() == IceRole.CONTROLLING;
        this.eager = eager;
        this.sink = sink;
        this.listener = listener;
        this.localIntegrity = new MessageIntegrity(parameters.local().password());
        this.remoteIntegrity = new MessageIntegrity(parameters.remote().password());
        this.tieBreaker = TransactionId.random().high();
        this.jitter = new SplittableRandom(parameters.local().ufrag().hashCode());
        this.checks = new CheckList(parameters.localAddresses(), controlling);
    }

    @Override
    public void addRemoteCandidate(IceCandidate candidate, long nowNanos) {
        if (selected == null || !controlling) {
            checks.add(candidate, nowNanos);
        }
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
        CandidatePair pair = asked(answer, path);
        if (pair == null || !claim(pair)) {
            return false;
        }
        pair.nominated |= pair.pendingNominates;
        pair.answered(nowNanos);
        parameters.checkLimit().answered(path.remote().getAddress(), nowNanos);
        pair.nextCheckNanos = CandidatePair.NEVER;
        if (controlling ? selected == null : mayTake(pair, nowNanos)) {
            select(pair, nowNanos);
        }
        if (pair == selected) {
            planConsent(pair, nowNanos);
        }
        return true;
    }

    /** Finds the pair whose check {@code answer} is for; it must come back on the same path (section 7.2.5.2.1). */
    private @Nullable CandidatePair asked(StunMessage answer, FiveTuple path) {
        CandidatePair pair = checks.find(path);
        boolean ours = pair != null && answer.transactionId().equals(pair.pending) && remoteIntegrity.verify(answer);
        return ours ? pair : null;
    }

    private boolean claim(CandidatePair pair) {
        pair.claimed = pair.claimed || listener.onValidated(pair.path);
        return pair.claimed;
    }

    /** Returns whether a controlled agent moves to {@code pair}, which works. */
    private boolean mayTake(CandidatePair pair, long nowNanos) {
        CandidatePair current = selected;
        if (pair == current) {
            return false;
        }
        return pair.byPeer.isInForce()
                ? current == null || pair.byPeer.outranks(current.byPeer, nowNanos)
                : current == null && eager;
    }

    private void select(CandidatePair pair, long nowNanos) {
        selected = pair;
        if (controlling || pair.byPeer.isInForce()) {
            checks.stopOthers(pair);
        }
        planConsent(pair, nowNanos);
        listener.onSelected(pair.path, nowNanos);
    }

    private void planConsent(CandidatePair pair, long nowNanos) {
        boolean nominate = controlling && !pair.nominated;
        pair.nextCheckNanos =
                nominate ? nowNanos : nowNanos + (long) (CONSENT_INTERVAL_NANOS * jitter.nextDouble(0.8, 1.2));
    }

    private boolean handleError(StunMessage answer, FiveTuple path, long nowNanos) {
        CandidatePair pair = asked(answer, path);
        if (pair == null) {
            return false;
        }
        pair.pending = null;
        if (answer.errorCode() == FORBIDDEN && pair == selected) {
            listener.onConsentRevoked(nowNanos);
            return true;
        }
        if (answer.errorCode() == ROLE_CONFLICT && pair.pendingControls == controlling) {
            switchRole();
        }
        pair.nextCheckNanos = nowNanos + CandidatePair.FIRST_RTO_NANOS;
        return true;
    }

    private void switchRole() {
        controlling = !controlling;
        checks.switchRole(controlling);
    }

    private boolean handleCheck(StunMessage check, FiveTuple path, long nowNanos) {
        if (!StunUsername.isFor(check, parameters.local()) || !localIntegrity.verify(check)) {
            return false;
        }
        parameters.checkLimit().received(check.length());
        boolean conflict = controlling ? check.controlling() : check.controlled();
        // The side with the larger tie-breaker controls (section 7.3.1.1).
        boolean oursWins = Long.compareUnsigned(tieBreaker, check.tieBreaker()) >= 0;
        if (conflict && oursWins == controlling) {
            answer(new StunWriter(StunClass.ERROR, check.transactionId()).errorCode(ROLE_CONFLICT), check, path);
            return true;
        }
        if (conflict) {
            switchRole();
        }
        CandidatePair pair = checks.find(path);
        if (pair == null) {
            pair = new CandidatePair(path, IceCandidate.hostPriority(0), Math.max(0, check.priority()), nowNanos);
            if (!checks.add(pair)) {
                return false;
            }
        }
        if (!claim(pair)) {
            return false;
        }
        answer(new StunWriter(StunClass.SUCCESS, check.transactionId()).mappedAddress(path.remote()), check, path);
        if (!controlling) {
            pair.byPeer.note(check.useCandidate(), check.priority(), nowNanos);
        }
        follow(pair, nowNanos);
        return true;
    }

    private void answer(StunWriter answer, StunMessage check, FiveTuple path) {
        answer.integrity(localIntegrity);
        if (check.hasFingerprint()) {
            answer.fingerprint();
        }
        ByteBuffer bytes = answer.finish();
        if (bytes.remaining() <= check.length()) {
            sink.send(bytes, path);
        }
    }

    /** Checks the path that an authenticated check came from, soon (section 7.3.1.4), or takes it if that was done. */
    private void follow(CandidatePair pair, long nowNanos) {
        if (pair == selected) {
            if (pair.byPeer.isInForce()) {
                checks.stopOthers(pair);
            }
            return;
        }
        boolean fresh = pair.succeeded && nowNanos - pair.lastAnswerNanos < CONSENT_INTERVAL_NANOS;
        if (fresh) {
            if (!controlling && mayTake(pair, nowNanos)) {
                select(pair, nowNanos);
            }
        } else if (!controlling || selected == null) {
            pair.trigger(nowNanos);
        }
    }

    @Override
    public boolean isValidated(FiveTuple path) {
        CandidatePair pair = checks.find(path);
        return pair != null && pair.claimed;
    }

    @Override
    public List<FiveTuple> validated() {
        return checks.all().stream()
                .filter(pair -> pair.claimed)
                .map(pair -> pair.path)
                .toList();
    }

    @Override
    public @Nullable FiveTuple selected() {
        return selected == null ? null : selected.path;
    }

    @Override
    public void selectAny(long nowNanos) {
        for (CandidatePair pair : List.copyOf(checks.all())) {
            if (selected == null && pair.succeeded) {
                select(pair, nowNanos);
            }
        }
    }

    @Override
    public long nextDeadlineNanos() {
        CandidatePair pair = checks.next();
        long deadline = Long.MAX_VALUE;
        if (pair != null) {
            boolean paced = sentBefore && nextSendNanos - pair.nextCheckNanos > 0;
            deadline = paced ? nextSendNanos : pair.nextCheckNanos;
        }
        CandidatePair current = selected;
        if (current != null) {
            long expiry = current.lastAnswerNanos + parameters.consentTimeoutNanos();
            if (deadline == Long.MAX_VALUE || expiry - deadline < 0) {
                deadline = expiry;
            }
        }
        return deadline;
    }

    @Override
    public void onTimeout(long nowNanos) {
        CandidatePair current = selected;
        if (current != null && nowNanos - current.lastAnswerNanos >= parameters.consentTimeoutNanos()) {
            selected = null;
            for (FiveTuple path : validated()) {
                listener.onForgotten(path);
            }
            checks.all().clear();
            listener.onConsentExpired(nowNanos);
            return;
        }
        CandidatePair pair = checks.next();
        if (pair != null && nowNanos - pair.nextCheckNanos >= 0 && (!sentBefore || nowNanos - nextSendNanos >= 0)) {
            sentBefore = true;
            nextSendNanos = nowNanos + PACE_NANOS;
            check(pair, nowNanos);
        }
    }

    private void check(CandidatePair pair, long nowNanos) {
        boolean server = parameters.role() != IceRole.CONTROLLING;
        if (server && pair != selected && pair.unanswered >= MAX_UNANSWERED) {
            pair.pending = null;
            pair.nextCheckNanos = CandidatePair.NEVER;
            return;
        }
        boolean nominate = controlling && pair == selected;
        ByteBuffer request = request(pair, nominate, nowNanos);
        if (!pair.succeeded && !admits(pair, request.remaining(), nowNanos)) {
            pair.nextCheckNanos = nowNanos + WITHHELD_NANOS;
            return;
        }
        sink.send(request, pair.path);
        pair.backOff(nowNanos);
    }

    private boolean admits(CandidatePair pair, int bytes, long nowNanos) {
        return parameters.checkLimit().admits(pair.path.remote().getAddress(), bytes, pair.claimed, nowNanos);
    }

    private ByteBuffer request(CandidatePair pair, boolean nominate, long nowNanos) {
        TransactionId id = pair.pending;
        boolean changed = pair.pendingNominates != nominate || pair.pendingControls != controlling;
        if (id == null || changed || nowNanos - pair.pendingSinceNanos >= CONSENT_INTERVAL_NANOS) {
            id = TransactionId.random();
            pair.pending = id;
            pair.pendingNominates = nominate;
            pair.pendingControls = controlling;
            pair.pendingSinceNanos = nowNanos;
        }
        StunWriter request = new StunWriter(StunClass.REQUEST, id)
                .username(parameters.remote().ufrag() + ":" + parameters.local().ufrag())
                .role(controlling, tieBreaker)
                .priority(PEER_REFLEXIVE_PRIORITY);
        if (nominate) {
            request.useCandidate();
        }
        return request.integrity(remoteIntegrity).fingerprint().finish();
    }
}
