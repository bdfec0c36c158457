package dev.weir.webrtc.net;

import dev.weir.webrtc.ice.FiveTuple;
import java.nio.ByteBuffer;

/** A datagram on its way to the loop of its session; {@code datagram} is a copy with room behind its limit. */
record HandedOver(Attachment attachment, ByteBuffer datagram, FiveTuple path) {}
