package dev.weir.connector.assemble;

import dev.weir.schemas.LogPacket;

/**
 * A packet of the log, where it lies there, and when it arrived on a clock that never steps back.
 *
 * @param packet the packet
 * @param offset log offset of its record
 * @param arrivalMicros steady arrival
 */
record ReceivedPacket(LogPacket packet, long offset, long arrivalMicros) {
    long sequence() {
        return packet.extendedSequence();
    }
}
