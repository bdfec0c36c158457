package dev.weir.webrtc.ice;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Answers the checks of a full agent (RFC 8445 section 2.5 and 7.3). The first validated path is used at once, because DTLS
 * arrives before any nomination; a nomination moves it, also to an address never seen before (NAT rebinding).
 *
 * <p>Answers only checks that carry our ufrag and a MESSAGE-INTEGRITY by our password, and never with more bytes than the
 * check had. Anything else is ignored in silence.
 */
public final class LiteAgent implements IceAgent {
    /** A peer has a few addresses; the longest silent path goes first. */
    private static final int MAX_PATHS = 16;

    private static final int ROLE_CONFLICT = 487;
    private static final int UNKNOWN_ATTRIBUTE = 420;

    /** A path on which a check was authenticated. */
    private static final class ValidPath {
        final FiveTuple path;
        final Nomination nomination = new Nomination();
        long lastCheckNanos;

        ValidPath(FiveTuple path) {
            this.path = path;
        }
    }

    private final IceCredentials local;
    private final long consentTimeoutNanos;
    private final boolean eager;
    private final DatagramSink sink;
    private final IceListener listener;
    private final MessageIntegrity integrity;
    private final List<ValidPath> paths = new ArrayList<>();
    private @Nullable ValidPath selected;

    /**
     * @param eager whether the first validated path is used at once; otherwise, and that is for a restart while the old path
     *     still carries media, only one that the peer nominates
     */
    public LiteAgent(IceParameters parameters, boolean eager, DatagramSink sink, IceListener listener) {
        this.local = parameters.local();
        this.consentTimeoutNanos = parameters.consentTimeoutNanos();
        this.eager = eager;
        this.sink = sink;
        this.listener = listener;
        this.integrity = new MessageIntegrity(local.password());
    }

    @Override
    public boolean handle(ByteBuffer stun, FiveTuple path, long nowNanos) {
        Optional<StunMessage> parsed = StunMessage.parse(stun);
        if (parsed.isEmpty()) {
            return false;
        }
        StunMessage check = parsed.get();
        if (check.messageClass() != StunClass.REQUEST
                || !StunUsername.isFor(check, local)
                || !integrity.verify(check)) {
            return false;
        }
        if (!check.unknownRequired().isEmpty()) {
            answer(errorTo(check, UNKNOWN_ATTRIBUTE).unknownAttributes(check.unknownRequired()), check, path);
            return true;
        }
        if (check.controlled()) {
            answer(errorTo(check, ROLE_CONFLICT), check, path);
            return true;
        }
        ValidPath valid = find(path);
        if (valid == null) {
            valid = validate(path);
            if (valid == null) {
                return false;
            }
        }
        valid.lastCheckNanos = nowNanos;
        valid.nomination.note(check.useCandidate(), check.priority(), nowNanos);
        answer(new StunWriter(StunClass.SUCCESS, check.transactionId()).mappedAddress(path.remote()), check, path);
        select(valid, check, nowNanos);
        return true;
    }

    private static StunWriter errorTo(StunMessage check, int code) {
        return new StunWriter(StunClass.ERROR, check.transactionId()).errorCode(code);
    }

    private void answer(StunWriter answer, StunMessage check, FiveTuple path) {
        answer.integrity(integrity);
        if (check.hasFingerprint()) {
            answer.fingerprint();
        }
        ByteBuffer bytes = answer.finish();
        if (bytes.remaining() <= check.length()) {
            sink.send(bytes, path);
        }
    }

    private void select(ValidPath candidate, StunMessage check, long nowNanos) {
        ValidPath current = selected;
        if (candidate == current) {
            return;
        }
        boolean take = check.useCandidate()
                ? current == null || candidate.nomination.outranks(current.nomination, nowNanos)
                : current == null && eager;
        if (take) {
            selected = candidate;
            listener.onSelected(candidate.path, nowNanos);
        }
    }

    private @Nullable ValidPath validate(FiveTuple path) {
        if (!listener.onValidated(path)) {
            return null;
        }
        if (paths.size() == MAX_PATHS) {
            forgetOldest();
        }
        ValidPath valid = new ValidPath(path);
        paths.add(valid);
        return valid;
    }

    private void forgetOldest() {
        int oldest = -1;
        for (int i = 0; i < paths.size(); i++) {
            ValidPath candidate = paths.get(i);
            if (candidate != selected
                    && (oldest < 0 || candidate.lastCheckNanos - paths.get(oldest).lastCheckNanos < 0)) {
                oldest = i;
            }
        }
        listener.onForgotten(paths.remove(oldest).path);
    }

    private @Nullable ValidPath find(FiveTuple path) {
        for (int i = 0; i < paths.size(); i++) {
            ValidPath valid = paths.get(i);
            if (valid.path.equals(path)) {
                return valid;
            }
        }
        return null;
    }

    @Override
    public boolean isValidated(FiveTuple path) {
        return find(path) != null;
    }

    @Override
    public void onAuthenticMedia(FiveTuple path, long nowNanos) {
        ValidPath valid = find(path);
        if (valid != null) {
            valid.lastCheckNanos = nowNanos;
        }
    }

    @Override
    public @Nullable FiveTuple selected() {
        return selected == null ? null : selected.path;
    }

    @Override
    public void selectAny(long nowNanos) {
        if (selected == null && !paths.isEmpty()) {
            selected = latest();
            listener.onSelected(selected.path, nowNanos);
        }
    }

    @Override
    public List<FiveTuple> validated() {
        return paths.stream().map(valid -> valid.path).toList();
    }

    /** Does nothing: the peer's checks tell all that a lite agent must know. */
    @Override
    public void addRemoteCandidate(IceCandidate candidate, long nowNanos) {}

    @Override
    public long nextDeadlineNanos() {
        long deadline = Long.MAX_VALUE;
        for (int i = 0; i < paths.size(); i++) {
            long expiry = paths.get(i).lastCheckNanos + consentTimeoutNanos;
            if (deadline == Long.MAX_VALUE || expiry - deadline < 0) {
                deadline = expiry;
            }
        }
        return deadline;
    }

    @Override
    public void onTimeout(long nowNanos) {
        boolean expired = false;
        for (int i = paths.size() - 1; i >= 0; i--) {
            ValidPath valid = paths.get(i);
            if (nowNanos - valid.lastCheckNanos >= consentTimeoutNanos) {
                paths.remove(i);
                listener.onForgotten(valid.path);
                expired = true;
            }
        }
        if (!expired) {
            return;
        }
        if (paths.isEmpty()) {
            selected = null;
            listener.onConsentExpired(nowNanos);
        } else if (selected != null && find(selected.path) == null) {
            selected = latest();
            listener.onSelected(selected.path, nowNanos);
        }
    }

    private ValidPath latest() {
        ValidPath latest = paths.get(0);
        for (int i = 1; i < paths.size(); i++) {
            if (paths.get(i).lastCheckNanos - latest.lastCheckNanos > 0) {
                latest = paths.get(i);
            }
        }
        return latest;
    }
}
