package dev.weir.gateway.relay;

import java.util.List;

/**
 * One publisher's hold on a stream, from registration to its end. Everything but {@link #epoch} is a no-op once another
 * publisher took over. Called by the publisher, one thread at a time.
 */
public final class Publication {
    private final StreamRelay stream;
    private final Publisher publisher;
    private final long epoch;

    Publication(StreamRelay stream, Publisher publisher, long epoch) {
        this.stream = stream;
        this.publisher = publisher;
        this.epoch = epoch;
    }

    /** Returns the epoch that this publisher's packets belong to. */
    public long epoch() {
        return epoch;
    }

    public StreamRelay stream() {
        return stream;
    }

    Publisher publisher() {
        return publisher;
    }

    /** Tells which tracks will come, so that viewers can negotiate before the publisher is connected. */
    public void expect(List<RelayTrack> tracks) {
        stream.expect(this, List.copyOf(tracks));
    }

    /** Tells which tracks there are; again, when the codec in use became known. */
    public void announce(List<RelayTrack> tracks) {
        stream.announce(this, List.copyOf(tracks));
    }

    /** Forwards {@code packet}; returns how many subscribers took it, taps not counted. */
    public int publish(RelayPacket packet) {
        return stream.publish(this, packet);
    }

    /** Passes a sender report on; see {@link Subscriber#onSenderReport}. */
    public void senderReport(
            int trackIndex, String rid, long ntpTimestamp, long extendedRtpTimestamp, long arrivalMicros) {
        stream.senderReport(this, trackIndex, rid, ntpTimestamp, extendedRtpTimestamp, arrivalMicros);
    }

    /** Counts packets that were lost for good; negative when they came after all. */
    public void lost(long packets) {
        stream.countLost(packets);
    }

    /** Gives the stream free; {@code reason} is for people. Viewers stay attached. Idempotent. */
    public void end(String reason) {
        stream.end(this, reason);
    }
}
