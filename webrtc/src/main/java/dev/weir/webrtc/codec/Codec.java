package dev.weir.webrtc.codec;

import dev.weir.webrtc.rtp.MediaKind;
import java.util.Optional;

/** Names the media codecs whose RTP payload formats we read. */
public enum Codec {
    /** RFC 6184. */
    H264("H264"),
    /** RFC 7798. */
    H265("H265"),
    /** RFC 7741. */
    VP8("VP8"),
    /** RFC 9628. */
    VP9("VP9"),
    /** The AV1 RTP specification of AOMedia, 1.0. */
    AV1("AV1"),
    /** RFC 7587. */
    OPUS("opus"),
    /** G.711 mu-law, RFC 3551. */
    PCMU("PCMU"),
    /** G.711 A-law, RFC 3551. */
    PCMA("PCMA");

    private final String encodingName;

    Codec(String encodingName) {
        this.encodingName = encodingName;
    }

    /** Returns the codec of an {@code a=rtpmap} encoding name in any case; empty for others such as rtx, red or ulpfec. */
    public static Optional<Codec> ofEncodingName(String encodingName) {
        for (Codec codec : values()) {
            if (codec.encodingName.equalsIgnoreCase(encodingName)) {
                return Optional.of(codec);
            }
        }
        return Optional.empty();
    }

    /** Returns the name as {@code a=rtpmap} writes it. */
    public String encodingName() {
        return encodingName;
    }

    /** Tells audio from video. */
    public MediaKind kind() {
        return switch (this) {
            case H264, H265, VP8, VP9, AV1 -> MediaKind.VIDEO;
            case OPUS, PCMU, PCMA -> MediaKind.AUDIO;
        };
    }

    /** Returns the rate of the RTP clock in ticks per second. */
    public int clockRateHz() {
        return switch (this) {
            case H264, H265, VP8, VP9, AV1 -> 90_000;
            case OPUS -> 48_000;
            case PCMU, PCMA -> 8_000;
        };
    }
}
