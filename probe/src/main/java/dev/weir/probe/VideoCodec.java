package dev.weir.probe;

/** The video codecs that libwebrtc's built-in encoders offer here. */
enum VideoCodec {
    VP8,
    H264,
    VP9,
    AV1
}
