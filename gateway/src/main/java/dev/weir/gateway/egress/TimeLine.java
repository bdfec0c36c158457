package dev.weir.gateway.egress;

import dev.weir.gateway.relay.RelayPacket;
import dev.weir.webrtc.rtp.SequenceNumbers;

/**
 * Maps the numbering of whoever publishes to one continuous numbering for a viewer: sequence numbers without a gap and
 * timestamps that go on with the time that really passed, over layers, publishers and epochs. One thread.
 */
final class TimeLine {
    private final int clockRateHz;
    private boolean begun;
    private long epoch;
    private int sourceSsrc;
    private long firstSequence;
    private long sequenceOffset;
    private long timestampOffset;
    private long highestSequence;
    private long highestTimestamp;
    private long highestArrivalNanos;

    /** Starts the output at {@code firstSequence}, which has room below it for reordered packets. */
    TimeLine(int clockRateHz, int firstSequence) {
        this.clockRateHz = clockRateHz;
        this.highestSequence = 0x1_0000L + firstSequence;
    }

    /** Returns whether {@code packet} belongs to the source that the line follows now. */
    boolean follows(RelayPacket packet) {
        return begun && packet.epoch() == epoch && packet.ssrc() == sourceSsrc;
    }

    /** Follows the source of {@code packet} from it on: the packet comes next in the output. */
    void follow(RelayPacket packet) {
        epoch = packet.epoch();
        sourceSsrc = packet.ssrc();
        firstSequence = packet.extendedSequence();
        sequenceOffset = highestSequence + 1 - packet.extendedSequence();
        if (begun) {
            long elapsedNanos = Math.max(0, packet.arrivalNanos() - highestArrivalNanos);
            long ticks = Math.max(1, (long) (elapsedNanos * (clockRateHz / 1e9)));
            timestampOffset = highestTimestamp + ticks - packet.extendedTimestamp();
        }
        begun = true;
    }

    /** Returns whether {@code packet} is older than the point where its source was taken up. */
    boolean isBeforeStart(RelayPacket packet) {
        return packet.extendedSequence() < firstSequence;
    }

    /** Returns the extended output sequence number of a packet of the followed source. */
    long sequence(RelayPacket packet) {
        return packet.extendedSequence() + sequenceOffset;
    }

    /** Returns the extended output sequence number nearest to the newest one with these low 16 bits. */
    long nearest(int sequenceNumber) {
        return highestSequence + SequenceNumbers.distance((int) highestSequence & 0xFFFF, sequenceNumber & 0xFFFF);
    }

    /** Returns the output timestamp, in ticks without wraps, of the source's {@code extendedTimestamp}. */
    long timestamp(long extendedTimestamp) {
        return extendedTimestamp + timestampOffset;
    }

    /** Notes that {@code packet} went out. */
    void onSent(RelayPacket packet) {
        highestSequence = Math.max(highestSequence, sequence(packet));
        long timestamp = timestamp(packet.extendedTimestamp());
        if (timestamp >= highestTimestamp || highestArrivalNanos == 0) {
            highestTimestamp = timestamp;
            highestArrivalNanos = packet.arrivalNanos();
        }
    }

    boolean hasBegun() {
        return begun;
    }

    long epoch() {
        return epoch;
    }
}
