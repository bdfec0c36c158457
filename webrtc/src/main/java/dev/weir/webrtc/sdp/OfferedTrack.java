package dev.weir.webrtc.sdp;

/**
 * One track of a stream, offered to a viewer.
 *
 * @param index the caller's number of the track, found again in {@link NegotiatedMedia#trackIndex()}
 * @param kind {@code audio} or {@code video}
 * @param format what the publisher sends
 * @param ssrc SSRC (0..2^32-1) that the viewer will receive
 * @param rtxSsrc SSRC of the retransmissions, or 0 for none; announced only when the viewer offers rtx for the codec
 */
public record OfferedTrack(int index, String kind, CodecFormat format, long ssrc, long rtxSsrc) {}
