package dev.weir.schemas;

import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;

/**
 * What a session sent or received in an interval: a publisher per track and layer, a viewer in all. Topic weir.stats.v1, key = sessionId. Counters are totals of the session; names follow W3C webrtc-stats where one exists.
 *
 * <p>The components are the fields of the schema of this name, in its order; absent values are empty.
 *
 * @param trackId empty for the whole session
 * @param bytes RTP payload bytes
 * @param packetsLost packets that never came; for viewers what they report
 * @param bitrateBps payload bits per second in the interval
 * @param jitterMillis RFC 3550 section 6.4.1, at the end of the interval
 * @param interFrameMillisMax longest time between two frames in the interval
 * @param freezeCount times without a decodable frame longer than max(3 * average, average + 150 ms), average over the last 30 frames (W3C freezeCount)
 * @param audioLevelDbov mean of the interval, -127 = silence
 * @param path empty in records of version 0.1
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
        OptionalLong packetsLost,
        long bitrateBps,
        Optional<Float> jitterMillis,
        OptionalLong frames,
        OptionalLong keyFrames,
        OptionalLong framesUndecodable,
        Optional<Float> framesPerSecond,
        OptionalInt widthPx,
        OptionalInt heightPx,
        OptionalInt interFrameMillisMax,
        OptionalInt freezeCount,
        OptionalLong freezeMillis,
        Optional<Float> audioLevelDbov,
        Optional<PathStats> path) {}
