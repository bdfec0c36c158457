package dev.weir.gateway.session;

import dev.weir.gateway.session.PatchResult.Outcome;
import dev.weir.webrtc.ice.IceCredentials;
import dev.weir.webrtc.sdp.SdpException;
import dev.weir.webrtc.sdp.TrickleFragment;
import java.util.List;

/**
 * The ICE session behind a session URL as HTTP sees it: its entity tag and what a PATCH does to it (RFC 9725 section 4.3).
 * From any thread; overlapping PATCHes take turns.
 */
final class IceResource {
    private final Session session;
    private final IceCredentials local;
    private final IceCredentials remote;
    private final String etag = '"' + SessionId.random() + '"';
    /** Addresses of our candidates, for the log. */
    private final List<String> offered;

    IceResource(Session session, IceCredentials local, IceCredentials remote, List<String> offered) {
        this.session = session;
        this.local = local;
        this.remote = remote;
        this.offered = List.copyOf(offered);
    }

    /** Returns our ufrag, by which datagrams are routed. */
    String localUfrag() {
        return local.ufrag();
    }

    List<String> offered() {
        return offered;
    }

    String etag() {
        return etag;
    }

    synchronized PatchResult patch(String fragment, IfMatch condition) {
        if (condition.kind() == IfMatch.Kind.MISSING) {
            return PatchResult.not(
                    Outcome.PRECONDITION_REQUIRED, etag, "If-Match must name the ICE session, which is " + etag + ".");
        }
        if (!condition.allows(etag)) {
            return PatchResult.not(
                    Outcome.STALE,
                    etag,
                    "If-Match names another ICE session than the present one, which is " + etag + ".");
        }
        TrickleFragment parsed;
        try {
            parsed = TrickleFragment.parse(fragment);
        } catch (SdpException e) {
            return PatchResult.not(Outcome.BAD_FRAGMENT, etag, String.valueOf(e.getMessage()));
        }
        if (!parsed.iceUfrag().orElse(remote.ufrag()).equals(remote.ufrag())
                || !parsed.icePwd().orElse(remote.password()).equals(remote.password())) {
            return PatchResult.not(
                    Outcome.REFUSED,
                    etag,
                    "The fragment has other ICE credentials than the offer. Make a new session instead.");
        }
        for (String candidate : parsed.candidates()) {
            if (session.isAlive()) {
                boolean unused = session.addIceCandidate(candidate);
            }
        }
        return PatchResult.trickled(etag);
    }
}
