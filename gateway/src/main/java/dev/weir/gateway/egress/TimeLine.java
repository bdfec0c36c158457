package dev.weir.gateway.egress;

import dev.weir.gateway.relay.RelayPacket;
import dev.weir.webrtc.rtp.SequenceNumbers;

/**
 * Maps the numbering of whoever publishes to one continuous numbering for a viewer: sequence numbers without a gap and
 * timestamps that go on with the time that really passed, over layers, publishers and epochs. One thread.
 */
final class TimeLine {
    private static final int MEMORY = 1_024;

    private int clockRateHz;
    private final Renumbering sequences = new Renumbering(MEMORY);
    private boolean begun;
    private long epoch;
    private int sourceSsrc;
    private long timestampOffset;
    private long highestSequence;
    private long highestTimestamp;
    private long highestArrivalNanos;

    /** Starts the output at {@code firstSequence}, which has room below it for reordered packets. */
    TimeLine(int clockRateHz, int firstSequence) {
        this.clockRateHz = clockRateHz;
        this.highestSequence = 0x1_0000L + firstSequence;
    }

    /** Goes on in a codec with another clock (RFC 7160); the timestamps sent so far stay. */
    void clockRate(int hz) {
        clockRateHz = hz;
    }

    /** Returns whether {@code packet} belongs to the source that the line follows now. */
    boolean follows(RelayPacket packet) {
        return begun && packet.epoch() == epoch && packet.ssrc() == sourceSsrc;
    }

    /** Follows the source of {@code packet} from it on: the packet comes next in the output, whatever came before. */
    void follow(RelayPacket packet) {
        boolean goesOn = follows(packet);
        epoch = packet.epoch();
        sourceSsrc = packet.ssrc();
        sequences.follow(packet.extendedSequence(), highestSequence + 1);
        if (begun && !goesOn) {
            long elapsedNanos = Math.max(0, packet.arrivalNanos() - highestArrivalNanos);
            long ticks = Math.max(1, (long) (elapsedNanos * (clockRateHz / 1e9)));
            timestampOffset = highestTimestamp + ticks - packet.extendedTimestamp();
        }
        begun = true;
    }

    /** Returns the extended output sequence number of a packet of the followed source; {@link Renumbering#NOWHERE} for none. */
    long sequence(RelayPacket packet) {
        return sequences.map(packet.extendedSequence());
    }

    /** Leaves a packet of the followed source out; returns the number that has to be filled nevertheless, else NOWHERE. */
    long skip(RelayPacket packet) {
        return sequences.skip(packet.extendedSequence());
    }

    /** Returns an output number right before that of {@code packet} of the followed source, NOWHERE when it is a late one. */
    long insert(RelayPacket packet) {
        return sequences.insert(packet.extendedSequence());
    }

    /** Returns the extended output sequence number nearest to the newest one with these low 16 bits. */
    long nearest(int sequenceNumber) {
        return highestSequence + SequenceNumbers.distance((int) highestSequence & 0xFFFF, sequenceNumber & 0xFFFF);
    }

    /** Returns the output timestamp, in ticks without wraps, of the source's {@code extendedTimestamp}. */
    long timestamp(long extendedTimestamp) {
        return extendedTimestamp + timestampOffset;
    }

    /** Notes that {@code packet} went out as {@code sequence}. */
    void onSent(RelayPacket packet, long sequence) {
        highestSequence = Math.max(highestSequence, sequence);
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
