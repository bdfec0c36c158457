package dev.weir.webrtc.sdp;

import java.util.List;

/**
 * The answer to a WHIP offer (RFC 9725): every m-line {@code recvonly}, one BUNDLE, RTCP multiplexed.
 *
 * @param sdp the answer's text, CRLF line ends, less than 8 KiB
 * @param media one entry per m-line of the offer, in its order
 * @param remote the publisher
 */
public record PublisherAnswer(String sdp, List<NegotiatedMedia> media, RemotePeer remote) {

    /**
     * Negotiates {@code offer}.
     *
     * @throws SdpException when the offer does not allow a session: wrong direction, two tracks of a kind, no usable codec
     *     in an m-line (RFC 9725 section 4.4.3 wants no partial success), missing ICE or DTLS parameters
     */
    public static PublisherAnswer negotiate(SessionDescription offer, LocalDescription local) throws SdpException {
        return new PublisherAnswer(
                local.iceUfrag(), List.of(), new RemotePeer("", "", "", List.of(), local.iceLite(), false));
    }
}
