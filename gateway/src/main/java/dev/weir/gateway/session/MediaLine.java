package dev.weir.gateway.session;

import dev.weir.webrtc.rtp.MediaKind;

/** One accepted m-line of a session: its place in the offer, its mid, its kind. */
record MediaLine(int index, String mid, MediaKind kind) {}
