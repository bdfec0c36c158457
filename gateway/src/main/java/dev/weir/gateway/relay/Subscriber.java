package dev.weir.gateway.relay;

import java.util.List;

/**
 * Receives a stream: a viewer, the mirror, a library user's queue. Called on the publisher's thread, one call at a time;
 * never blocks and never throws.
 */
@FunctionalInterface
public interface Subscriber {
    /** Takes {@code packet} if there is room; false = dropped, which the stream counts. */
    boolean offer(RelayPacket packet);

    /**
     * Returns who takes packets, tracks, reports and the end for this one once it has joined: itself, or what it has in common
     * with others, which is then called once for all of them. Always the same; from any thread.
     */
    default Subscriber feed() {
        return this;
    }

    /**
     * Joins a stream that is under way: {@code sinceKeyframe} are the video packets since the last keyframe of each layer,
     * in order of arrival; empty when there are none, and a keyframe was requested then. {@link #offer} goes on from there.
     */
    default void onJoin(List<RelayPacket> sinceKeyframe) {}

    /** A publisher announced its tracks: the epoch begins, or the codec in use became known. */
    default void onTracks(long epoch, List<RelayTrack> tracks) {}

    /**
     * The publisher sent a sender report (RFC 3550 section 6.4.1): at {@code ntpTimestamp} (64-bit NTP format) its media
     * stood at {@code extendedRtpTimestamp}.
     *
     * @param rid simulcast layer, empty without simulcast
     * @param arrivalMicros wall clock at arrival, microseconds since 1970
     */
    default void onSenderReport(
            long epoch, int trackIndex, String rid, long ntpTimestamp, long extendedRtpTimestamp, long arrivalMicros) {}

    /** The publisher of {@code epoch} is gone. Viewers stay: another one may come. */
    default void onEnd(long epoch, String reason) {}
}
