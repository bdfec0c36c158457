package dev.weir.connector.restream.frame;

import dev.weir.webrtc.codec.Codec;

/** What targets can get: the codecs of the log, and AAC. */
public enum OutputCodec {
    /** H.264. */
    H264,
    /** H.265. */
    H265,
    /** VP8. */
    VP8,
    /** VP9. */
    VP9,
    /** AV1. */
    AV1,
    /** Opus. */
    OPUS,
    /** AAC-LC, 48 kHz, stereo. */
    AAC,
    /** G.711, mu-law. */
    PCMU,
    /** G.711, A-law. */
    PCMA;

    /** Returns the same codec. */
    static OutputCodec of(Codec codec) {
        return switch (codec) {
            case H264 -> H264;
            case H265 -> H265;
            case VP8 -> VP8;
            case VP9 -> VP9;
            case AV1 -> AV1;
            case OPUS -> OPUS;
            case PCMU -> PCMU;
            case PCMA -> PCMA;
        };
    }
}
