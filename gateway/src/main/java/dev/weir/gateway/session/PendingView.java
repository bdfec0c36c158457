package dev.weir.gateway.session;

import dev.weir.webrtc.ice.IceCredentials;
import dev.weir.webrtc.sdp.ClientOffer;
import dev.weir.webrtc.sdp.LocalDescription;
import java.util.Optional;

/** A viewer's session from our offer to the player's answer. Its monitor guards the end of that time. */
final class PendingView {
    final Session session;
    final ClientOffer offer;
    final IceCredentials credentials;
    final LocalDescription local;
    private boolean over;

    PendingView(Session session, ClientOffer offer, IceCredentials credentials, LocalDescription local) {
        this.session = session;
        this.offer = offer;
        this.credentials = credentials;
        this.local = local;
    }

    /** Makes something of the answer; an exception leaves the waiting as it is. */
    @FunctionalInterface
    interface Answering<T> {
        T answer() throws SessionRefused;
    }

    /** Ends the waiting by {@code answering}; empty when it was over already. */
    synchronized <T> Optional<T> end(Answering<T> answering) throws SessionRefused {
        if (over) {
            return Optional.empty();
        }
        T result = answering.answer();
        over = true;
        return Optional.of(result);
    }

    /** Ends the waiting without an answer; false when it was over already. */
    synchronized boolean giveUp() {
        boolean waiting = !over;
        over = true;
        return waiting;
    }
}
