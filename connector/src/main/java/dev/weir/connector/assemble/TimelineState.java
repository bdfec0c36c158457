package dev.weir.connector.assemble;

import java.util.List;

/**
 * What a new assembler needs to continue the time line of an epoch in the middle of the log, so that a restarted task
 * gives every frame the media time that it had before. The archive takes it from {@code StreamAssembler.timeline()}
 * when it cuts a segment, keeps it in the segment's manifest, and hands it to the constructor
 * {@code StreamAssembler(streamId, epoch, config, timeline)} after a restart; it then replays the log from the offset
 * of the oldest packet that was not archived.
 *
 * <p>What the archive relies on: frames of one track leave in ascending order of ticks; an assembler that starts from
 * this state at or before {@code oldestBufferedOffset()} gives, from the next keyframe on, the same frames with the
 * same times as one that never stopped; re-reading entries that the state already reflects changes nothing.
 *
 * @param tracks one clock per track that has been seen
 */
public record TimelineState(List<TrackClock> tracks) {

    /** Nothing seen yet: the first packet decides. */
    public static final TimelineState EMPTY = new TimelineState(List.of());

    /** Copies the list. */
    public TimelineState {
        tracks = List.copyOf(tracks);
    }

    /**
     * Ties the RTP clock of one track to the common time line:
     * {@code ptsMicros = baseMicros + (ticks - baseTicks) * 1_000_000 / clockRateHz}.
     *
     * @param trackIndex the track
     * @param baseTicks extended RTP timestamp of the anchor
     * @param baseMicros media time of the anchor, microseconds since the start of the epoch
     * @param synchronised whether the anchor comes from a sender report rather than from arrival
     */
    public record TrackClock(int trackIndex, long baseTicks, long baseMicros, boolean synchronised) {}
}
