package dev.weir.webrtc.rtp;

/** Tells audio from video: the two kinds of media that an RTP session of ours carries. */
public enum MediaKind {
    AUDIO,
    VIDEO
}
