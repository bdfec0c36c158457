package dev.weir.webrtc.sdp;

import java.util.List;

/**
 * One m-line of an offer that our own WHIP or WHEP client makes.
 *
 * @param kind {@code audio} or {@code video}
 * @param formats codecs to offer, best first; payload types are assigned from 96 on
 * @param ssrc SSRC that we send with (0..2^32-1); ignored when viewing
 * @param rtxSsrc SSRC of our retransmissions, 0 to offer no rtx; when viewing any other value offers rtx
 */
public record ClientMedia(String kind, List<CodecFormat> formats, long ssrc, long rtxSsrc) {

    public ClientMedia {
        formats = List.copyOf(formats);
    }
}
