package dev.weir.schemas;

/** One entry of the media log. Immutable; may be shared between threads. */
public sealed interface LogEntry permits LogPacket, TrackConfiguration, SenderReport, Gap, EndOfStream, Heartbeat {
    /** Returns an upper bound of the encoded size in bytes, union tag included. */
    int maxEncodedBytes();

    /** Calls the method of {@code visitor} that belongs to this type. */
    <R> R accept(Visitor<R> visitor);

    /**
     * One method per type of entry, so that the compiler finds a forgotten one.
     *
     * @param <R> what a visit returns
     */
    interface Visitor<R> {
        /** Visits a packet. */
        R packet(LogPacket packet);

        /** Visits the list of tracks. */
        R trackConfiguration(TrackConfiguration configuration);

        /** Visits an RTCP sender report. */
        R senderReport(SenderReport report);

        /** Visits a declared loss. */
        R gap(Gap gap);

        /** Visits the end of the epoch. */
        R endOfStream(EndOfStream end);

        /** Visits a sign of life. */
        R heartbeat(Heartbeat heartbeat);
    }
}
