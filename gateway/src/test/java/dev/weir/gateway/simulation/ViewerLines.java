package dev.weir.gateway.simulation;

import dev.weir.webrtc.sdp.CodecFormat;
import dev.weir.webrtc.sdp.NegotiatedMedia;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** The plainest m-lines that a viewer may have agreed on: one codec, NACK and PLI, no RTX, no header extensions. */
public final class ViewerLines {
    /** Towards the viewer. */
    public static final long VIDEO_SSRC = 0xA0;

    private static final long AUDIO_SSRC = 0xA1;

    private ViewerLines() {}

    /** Shows track 0. */
    public static NegotiatedMedia video(String mid, CodecFormat codec) {
        return line(mid, "video", codec, VIDEO_SSRC, 0);
    }

    /** Plays track 1. */
    public static NegotiatedMedia audio(String mid, CodecFormat codec) {
        return line(mid, "audio", codec, AUDIO_SSRC, 1);
    }

    private static NegotiatedMedia line(String mid, String kind, CodecFormat codec, long ssrc, int trackIndex) {
        int payloadType = 96 + trackIndex;
        return new NegotiatedMedia(
                mid,
                kind,
                false,
                Map.of(payloadType, codec),
                Map.of(),
                Map.of(),
                List.of(),
                List.of(ssrc),
                Map.of(),
                Map.of(payloadType, Set.of("nack", "nack pli")),
                trackIndex);
    }
}
