package dev.weir.webrtc.net;

import dev.weir.webrtc.ice.FiveTuple;

/** Names the session that owns a 5-tuple, with the one {@link FiveTuple} object that all its datagrams are given. */
record Route(FiveTuple path, Attachment attachment) {}
