package dev.weir.schemas;

/** Encoding of a track. The order is that of the schema; new symbols go to the end. */
public enum CodecName {
    UNKNOWN,
    H264,
    H265,
    VP8,
    VP9,
    AV1,
    OPUS,
    PCMU,
    PCMA,
    G722
}
