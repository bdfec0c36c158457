package dev.weir.webrtc.sdp;

import java.util.List;

/** An offer of our own WHIP or WHEP client, {@code a=setup:actpass}; it also reads the answer. Immutable. */
public final class ClientOffer {

    private final String sdp;

    private ClientOffer(String sdp) {
        this.sdp = sdp;
    }

    /** The agreed session: one media entry per m-line of the offer, and the server. */
    public record Outcome(List<NegotiatedMedia> media, RemotePeer remote) {

        public Outcome {
            media = List.copyOf(media);
        }
    }

    /** Builds a WHIP offer: every m-line {@code sendonly}. */
    public static ClientOffer publish(List<ClientMedia> media, LocalDescription local) {
        return new ClientOffer("");
    }

    /** Builds a WHEP offer: every m-line {@code recvonly}. */
    public static ClientOffer view(List<ClientMedia> media, LocalDescription local) {
        return new ClientOffer("");
    }

    /** Returns the text to POST. */
    public String sdp() {
        return sdp;
    }

    /**
     * Reads the server's answer. An m-line that the server rejected is {@link NegotiatedMedia#rejected()}; in the others the
     * first payload type is the one to send with.
     *
     * @throws SdpException when the answer does not fit this offer
     */
    public Outcome readAnswer(String answerSdp) throws SdpException {
        return new Outcome(List.of(), new RemotePeer("", "", "", List.of(), answerSdp.isEmpty(), false));
    }
}
