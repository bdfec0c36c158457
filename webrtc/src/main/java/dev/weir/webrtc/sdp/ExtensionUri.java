package dev.weir.webrtc.sdp;

/** URIs of the RTP header extensions that we may agree on: the keys of {@link NegotiatedMedia#extensionIds()}. */
public final class ExtensionUri {
    /** Media identification (RFC 9143 section 15). */
    public static final String MID = "urn:ietf:params:rtp-hdrext:sdes:mid";

    /** RTP stream id, the layer of simulcast (RFC 8852). */
    public static final String RID = "urn:ietf:params:rtp-hdrext:sdes:rtp-stream-id";

    /** RTP stream id of the layer that an rtx stream repairs (RFC 8852). */
    public static final String REPAIRED_RID = "urn:ietf:params:rtp-hdrext:sdes:repaired-rtp-stream-id";

    /** Client-to-mixer audio level (RFC 6464). */
    public static final String AUDIO_LEVEL = "urn:ietf:params:rtp-hdrext:ssrc-audio-level";

    /** Absolute send time, 24 bit of 6.18 fixed-point seconds. */
    public static final String ABS_SEND_TIME = "http://www.webrtc.org/experiments/rtp-hdrext/abs-send-time";

    /** Absolute capture time of the sender's clock, 64-bit NTP format. */
    public static final String ABS_CAPTURE_TIME = "http://www.webrtc.org/experiments/rtp-hdrext/abs-capture-time";

    /** Transport-wide sequence number (draft-holmer-rmcat-transport-wide-cc-extensions-01). */
    public static final String TRANSPORT_CC =
            "http://www.ietf.org/id/draft-holmer-rmcat-transport-wide-cc-extensions-01";

    /** Dependency descriptor: the layers of a picture (AV1 RTP specification 1.0, appendix A). */
    public static final String DEPENDENCY_DESCRIPTOR =
            "https://aomediacodec.github.io/av1-rtp-spec/#dependency-descriptor-rtp-header-extension";

    private ExtensionUri() {}
}
