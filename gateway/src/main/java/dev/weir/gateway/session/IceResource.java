package dev.weir.gateway.session;

import dev.weir.gateway.session.PatchResult.Outcome;
import dev.weir.webrtc.ice.IceCredentials;
import dev.weir.webrtc.sdp.LocalDescription;
import dev.weir.webrtc.sdp.RestartAnswer;
import dev.weir.webrtc.sdp.SdpException;
import dev.weir.webrtc.sdp.TrickleFragment;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * The ICE session behind a session URL as HTTP sees it: its entity tag and what a PATCH does to it (RFC 9725 section 4.3).
 * From any thread; overlapping PATCHes take turns, and what is late for its ICE session is told apart from a restart by its
 * credentials.
 */
final class IceResource {
    /** A client that restarts more often than this has other troubles. */
    private static final int MAX_RESTARTS = 1_000;

    private final Session session;
    private final LocalIce localIce;
    private final IceConfig config;
    private final RestartAnswer restartAnswer;
    private final String firstUfrag;
    /** The peer's ufrags of ICE sessions that are no more. */
    private final Set<String> retired = new HashSet<>();

    private IceCredentials remote;
    private volatile String etag = newTag();

    IceResource(
            Session session,
            LocalIce localIce,
            IceConfig config,
            RestartAnswer restartAnswer,
            IceCredentials local,
            IceCredentials remote) {
        this.session = session;
        this.localIce = localIce;
        this.config = config;
        this.restartAnswer = restartAnswer;
        this.firstUfrag = local.ufrag();
        this.remote = remote;
    }

    private static String newTag() {
        return '"' + SessionId.random() + '"';
    }

    /** Returns our ufrag of the first ICE session, by which datagrams find the session. */
    String firstUfrag() {
        return firstUfrag;
    }

    /** Returns the addresses of our candidates, for people. */
    List<String> offered() {
        return localIce.addresses();
    }

    String etag() {
        return etag;
    }

    synchronized PatchResult patch(String text, IfMatch condition) {
        if (!config.trickle() && !config.restart()) {
            return not(Outcome.NOT_ALLOWED, "Neither trickling nor ICE restarts are on here.");
        }
        if (condition.kind() == IfMatch.Kind.MISSING) {
            return not(Outcome.PRECONDITION_REQUIRED, "If-Match must name the ICE session, which is " + etag + ".");
        }
        if (!condition.allows(etag)) {
            return stale();
        }
        TrickleFragment fragment;
        try {
            fragment = TrickleFragment.parse(text);
        } catch (SdpException e) {
            return not(Outcome.BAD_FRAGMENT, String.valueOf(e.getMessage()));
        }
        if (!session.isAlive()) {
            return PatchResult.UNKNOWN;
        }
        session.signalled(text.length());
        String ufrag = fragment.iceUfrag().orElse(remote.ufrag());
        String password = fragment.icePwd().orElse(remote.password());
        boolean sameUfrag = ufrag.equals(remote.ufrag());
        boolean samePassword = password.equals(remote.password());
        if (sameUfrag && samePassword) {
            return trickle(fragment);
        }
        if (retired.contains(ufrag)) {
            return stale();
        }
        if (sameUfrag || samePassword) {
            return not(
                    Outcome.REFUSED, "An ICE restart changes both a=ice-ufrag and a=ice-pwd; one of them is the same.");
        }
        return restart(fragment, ufrag, password, condition);
    }

    private PatchResult not(Outcome outcome, String detail) {
        return PatchResult.not(outcome, etag, detail);
    }

    private PatchResult stale() {
        return not(Outcome.STALE, "The ICE session that is meant is no more; the present one is " + etag + ".");
    }

    private PatchResult trickle(TrickleFragment fragment) {
        if (!config.trickle()) {
            return not(Outcome.REFUSED, "Trickling is off here: put all candidates into the offer.");
        }
        addCandidates(fragment);
        return PatchResult.trickled(etag);
    }

    private void addCandidates(TrickleFragment fragment) {
        for (String candidate : fragment.candidates()) {
            if (session.isAlive()) {
                boolean unused = session.addIceCandidate(candidate);
            }
        }
    }

    private PatchResult restart(TrickleFragment fragment, String ufrag, String password, IfMatch condition) {
        if (!config.restart()) {
            return not(Outcome.REFUSED, "ICE restarts are off here. The session goes on as before.");
        }
        if (condition.kind() == IfMatch.Kind.WAIVED) {
            return not(Outcome.PRECONDITION_REQUIRED, "An ICE restart needs If-Match: *");
        }
        if (retired.size() >= MAX_RESTARTS) {
            return not(Outcome.REFUSED, "The session has been restarted too often. Make a new one.");
        }
        IceCredentials theirs;
        try {
            theirs = new IceCredentials(ufrag, password);
        } catch (IllegalArgumentException e) {
            return not(Outcome.BAD_FRAGMENT, String.valueOf(e.getMessage()));
        }
        IceCredentials ours = IceCredentials.random();
        LocalDescription local = localIce.describe(ours);
        String answer = restartAnswer.fragment(local);
        retired.add(remote.ufrag());
        remote = theirs;
        etag = newTag();
        session.restartIce(ours, theirs);
        addCandidates(fragment);
        return PatchResult.restarted(answer, etag);
    }
}
