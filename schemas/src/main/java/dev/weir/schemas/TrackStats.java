package dev.weir.schemas;

import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;

/**
 * What a session sent or received on one track in an interval. Topic weir.stats.v1, key = sessionId. Counters are totals of the session; names follow W3C webrtc-stats where one exists.
 *
 * <p>The components are the fields of the schema of this name, in its order; absent values are empty.
 *
 * @param bytes RTP payload bytes
 * @param packetsLost given up as lost; the later arrival of one takes it back
 * @param bitrateBps of the interval
 * @param jitterMillis RFC 3550 section 6.4.1
 * @param interFrameMillisMax longest time between two frames in the interval
 * @param freezeCount times without a decodable frame longer than max(3 * average, average + 150 ms), average over the last 30 frames (W3C freezeCount)
 * @param audioLevelDbov mean of the interval, -127 = silence
 */
public record TrackStats(
        String sessionId,
        String streamId,
        long epoch,
        String trackId,
        String rid,
        Role role,
        Direction direction,
        TrackKind kind,
        CodecName codec,
        long intervalEndMicros,
        int intervalMillis,
        long packets,
        long bytes,
        long packetsLost,
        long packetsRetransmitted,
        long nackCount,
        long keyFrameRequests,
        long bitrateBps,
        Optional<Float> jitterMillis,
        Optional<Float> roundTripMillis,
        OptionalLong availableBitrateBps,
        long frames,
        long keyFrames,
        long framesUndecodable,
        Optional<Float> framesPerSecond,
        OptionalInt widthPx,
        OptionalInt heightPx,
        OptionalInt interFrameMillisMax,
        int freezeCount,
        int freezeMillis,
        Optional<Float> audioLevelDbov) {}
