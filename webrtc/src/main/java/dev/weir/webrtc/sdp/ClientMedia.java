package dev.weir.webrtc.sdp;

import java.util.List;

/**
 * One m-line of an offer that our own WHIP or WHEP client makes.
 *
 * @param kind {@code audio} or {@code video}
 * @param formats codecs to offer, best first
 * @param ssrc SSRC that we send with (0..2^32-1); ignored when viewing
 * @param rtxSsrc SSRC of our retransmissions, 0 to offer no rtx; when viewing any other value offers rtx
 * @param firstPayloadType what the first format and its retransmissions are numbered from, 0 = the next free number from 96 on
 */
public record ClientMedia(String kind, List<CodecFormat> formats, long ssrc, long rtxSsrc, int firstPayloadType) {
    public ClientMedia {
        formats = List.copyOf(formats);
    }

    /** Has the payload types assigned. */
    public ClientMedia(String kind, List<CodecFormat> formats, long ssrc, long rtxSsrc) {
        this(kind, formats, ssrc, rtxSsrc, 0);
    }
}
