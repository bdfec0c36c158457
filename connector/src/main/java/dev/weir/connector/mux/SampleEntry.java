package dev.weir.connector.mux;

import dev.weir.webrtc.codec.Codec;

/** Names the sample entry and the configuration box of a codec in MP4. */
enum SampleEntry {
    AVC("avc1", "avcC", Codec.H264),
    HEVC("hvc1", "hvcC", Codec.H265),
    VP9("vp09", "vpcC", Codec.VP9),
    AV1("av01", "av1C", Codec.AV1),
    OPUS("Opus", "dOps", Codec.OPUS);

    private final String type;
    private final String configuration;
    private final Codec codec;

    SampleEntry(String type, String configuration, Codec codec) {
        this.type = type;
        this.configuration = configuration;
        this.codec = codec;
    }

    static SampleEntry of(Codec codec) {
        return switch (codec) {
            case H264 -> AVC;
            case H265 -> HEVC;
            case VP9 -> VP9;
            case AV1 -> AV1;
            case OPUS -> OPUS;
            case VP8, PCMU, PCMA -> throw new IllegalArgumentException(codec + " is not for MP4");
        };
    }

    String type() {
        return type;
    }

    String configuration() {
        return configuration;
    }

    Codec codec() {
        return codec;
    }
}
