package dev.weir.gateway.mirror;

import dev.weir.gateway.relay.RelayPacket;
import dev.weir.schemas.LogPacket;

/** A packet of the relay as an entry of the log. */
public final class PacketEntry {

    private PacketEntry() {}

    /** Returns the entry, which shares the packet's bytes. Any thread. */
    public static LogPacket of(RelayPacket packet) {
        return new LogPacket(
                packet.trackIndex(),
                packet.rid(),
                packet.payloadType(),
                packet.ssrc(),
                packet.extendedSequence(),
                packet.extendedTimestamp(),
                packet.marker(),
                packet.keyframeStart(),
                packet.arrivalMicros(),
                packet.payload(),
                packet.csrcs(),
                packet.headerExtension(),
                packet.padding());
    }
}
