package dev.weir.webrtc.sdp;

import java.util.List;

/**
 * The answer to a WHEP offer: {@code sendonly} m-lines with the viewer's own payload types; an m-line that no track fits is
 * rejected with port 0.
 *
 * @param sdp the answer's text, CRLF line ends
 * @param media one entry per m-line of the offer, in its order; {@link NegotiatedMedia#trackIndex()} tells the track
 * @param remote the viewer
 */
public record ViewerAnswer(String sdp, List<NegotiatedMedia> media, RemotePeer remote) {

    /**
     * Negotiates {@code offer} for the tracks of a stream. Each m-line takes the first track of its kind that is not taken;
     * its {@code payloadTypes} hold exactly the one payload type that the viewer expects the track under.
     *
     * @throws NoCommonCodecException when no track of the stream can be decoded by the viewer
     * @throws SdpException when the offer does not allow a session
     */
    public static ViewerAnswer negotiate(
            SessionDescription offer, List<OfferedTrack> streamTracks, LocalDescription local)
            throws NoCommonCodecException, SdpException {
        return new ViewerAnswer(
                local.iceUfrag(), List.of(), new RemotePeer("", "", "", List.of(), local.iceLite(), false));
    }
}
