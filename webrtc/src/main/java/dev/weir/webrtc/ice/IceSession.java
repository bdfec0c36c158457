package dev.weir.webrtc.ice;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Keeps a path to the peer over ICE restarts (RFC 8445 section 9), make before break: the former agent goes on, and media on
 * its path, until the new one has a path of its own; then the former one still takes what is under way for a moment. One
 * loop.
 */
public final class IceSession {
    /** How long the former path is still listened to after the change (RFC 8445 section 8.3 asks for 3 s). */
    private static final long DRAIN_NANOS = 3_000_000_000L;

    private final DatagramSink sink;
    private final Listener listener;
    private Generation current;
    /** The restart that is under way. */
    private @Nullable Generation next;
    /** What was in force before the latest restart succeeded. */
    private @Nullable Generation former;

    private long formerEndsNanos;
    private long restartedNanos;
    /** Consent has expired on the path in force, and only the restart can save the session. */
    private boolean lost;

    /** Hears from the session, on its loop. */
    public interface Listener extends IceListener {
        /** Checks of the peer may carry {@code localUfrag} from now on. */
        void onListening(String localUfrag);

        /** Nobody listens to {@code localUfrag} any more. */
        void onSilent(String localUfrag);

        /** Consent has expired while a restart is under way: nothing may be sent until the next selection. */
        void onPathLost(long nowNanos);
    }

    public IceSession(IceParameters parameters, DatagramSink sink, Listener listener) {
        this.sink = sink;
        this.listener = listener;
        this.current = new Generation(parameters, true);
    }

    /** One ICE session in the words of RFC 8445: credentials and an agent. */
    private final class Generation implements IceListener {
        final IceParameters parameters;
        final IceAgent agent;

        Generation(IceParameters parameters, boolean eager) {
            this.parameters = parameters;
            this.agent = switch (parameters.role()) {
                case LITE -> new LiteAgent(parameters, eager, sink, this);
                case CONTROLLING, CONTROLLED -> new FullAgent(parameters, eager, sink, this);
            };
        }

        @Override
        public boolean onValidated(FiveTuple path) {
            return listener.onValidated(path);
        }

        @Override
        public void onForgotten(FiveTuple path) {
            forget(path, this);
        }

        @Override
        public void onSelected(FiveTuple path, long nowNanos) {
            if (this == next) {
                promote(nowNanos);
            } else if (this == current) {
                listener.onSelected(path, nowNanos);
            }
        }

        @Override
        public void onConsentExpired(long nowNanos) {
            if (this == current) {
                pathLost(nowNanos);
            }
        }

        @Override
        public void onConsentRevoked(long nowNanos) {
            if (this == current) {
                listener.onConsentRevoked(nowNanos);
            }
        }
    }

    /**
     * Begins a new ICE session beside the one in force; an unfinished restart is given up for it. Before the first path is
     * selected there is nothing to keep, and the new one takes its place at once.
     */
    public void restart(IceCredentials local, IceCredentials remote, long nowNanos) {
        IceParameters parameters = current.parameters.restarted(local, remote);
        restartedNanos = nowNanos;
        boolean nothingToKeep = current.agent.selected() == null;
        Generation given = nothingToKeep ? current : next;
        Generation fresh = new Generation(parameters, nothingToKeep);
        if (nothingToKeep) {
            current = fresh;
        } else {
            next = fresh;
        }
        if (given != null) {
            drop(given);
        }
        listener.onListening(local.ufrag());
    }

    private void promote(long nowNanos) {
        Generation succeeded = next;
        if (succeeded == null) {
            return;
        }
        if (former != null) {
            drop(former);
        }
        former = current;
        formerEndsNanos = nowNanos + DRAIN_NANOS;
        current = succeeded;
        next = null;
        lost = false;
        FiveTuple path = succeeded.agent.selected();
        if (path != null) {
            listener.onSelected(path, nowNanos);
        }
    }

    private void pathLost(long nowNanos) {
        Generation restarting = next;
        if (restarting == null) {
            listener.onConsentExpired(nowNanos);
            return;
        }
        restarting.agent.selectAny(nowNanos);
        if (next == restarting) {
            lost = true;
            listener.onPathLost(nowNanos);
        }
    }

    private void drop(Generation gone) {
        listener.onSilent(gone.parameters.local().ufrag());
        for (FiveTuple path : gone.agent.validated()) {
            forget(path, gone);
        }
        if (gone == former) {
            former = null;
        }
    }

    private void forget(FiveTuple path, Generation by) {
        for (Generation other : generations()) {
            if (other != by && other.agent.isValidated(path)) {
                return;
            }
        }
        listener.onForgotten(path);
    }

    private List<Generation> generations() {
        List<Generation> all = new ArrayList<>(3);
        if (next != null) {
            all.add(next);
        }
        all.add(current);
        if (former != null) {
            all.add(former);
        }
        return all;
    }

    /** Takes a STUN message; returns false when it was malformed or not authentic, and had no effect. */
    public boolean handle(ByteBuffer stun, FiveTuple path, long nowNanos) {
        if (next == null && former == null) {
            return current.agent.handle(stun, path, nowNanos);
        }
        for (Generation generation : generations()) {
            if (generation.agent.handle(stun, path, nowNanos)) {
                return true;
            }
        }
        return false;
    }

    /** Returns whether what arrives on {@code path} may be looked at: a check on it was authenticated and is not too old. */
    public boolean isValidated(FiveTuple path) {
        return current.agent.isValidated(path)
                || (next != null && next.agent.isValidated(path))
                || (former != null && former.agent.isValidated(path));
    }

    /** Notes that media or feedback came on a validated path and was authentic. */
    public void onAuthenticMedia(FiveTuple path, long nowNanos) {
        current.agent.onAuthenticMedia(path, nowNanos);
        if (next != null) {
            next.agent.onAuthenticMedia(path, nowNanos);
        }
    }

    /** Adds a candidate of the peer to the latest ICE session; candidates of former ones are not carried over. */
    public void addRemoteCandidate(IceCandidate candidate, long nowNanos) {
        (next != null ? next : current).agent.addRemoteCandidate(candidate, nowNanos);
    }

    /** Returns when {@link #onTimeout} wants to be called; {@code Long.MAX_VALUE} = never. */
    public long nextDeadlineNanos() {
        long deadline = lost ? restartEndsNanos() : current.agent.nextDeadlineNanos();
        if (next != null) {
            deadline = earlier(deadline, next.agent.nextDeadlineNanos());
        }
        if (former != null) {
            deadline = earlier(deadline, formerEndsNanos);
        }
        return deadline;
    }

    private static long earlier(long one, long other) {
        if (one == Long.MAX_VALUE || other == Long.MAX_VALUE) {
            return Math.min(one, other);
        }
        return one - other < 0 ? one : other;
    }

    private long restartEndsNanos() {
        return restartedNanos + current.parameters.consentTimeoutNanos();
    }

    /** Does what is due. */
    public void onTimeout(long nowNanos) {
        Generation previous = former;
        if (previous != null && nowNanos - formerEndsNanos >= 0) {
            drop(previous);
        }
        if (lost && nowNanos - restartEndsNanos() >= 0) {
            listener.onConsentExpired(nowNanos);
            return;
        }
        if (!lost) {
            current.agent.onTimeout(nowNanos);
        }
        if (next != null) {
            next.agent.onTimeout(nowNanos);
        }
    }
}
