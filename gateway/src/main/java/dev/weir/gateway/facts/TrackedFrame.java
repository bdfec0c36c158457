package dev.weir.gateway.facts;

import dev.weir.gateway.relay.RelayPacket;
import dev.weir.schemas.CaptureClock;
import dev.weir.webrtc.codec.PictureSize;
import java.util.Optional;

/** Collects what the packets of one frame tell. Mirror thread; nothing changes any more once it is told. */
final class TrackedFrame {
    final long extendedTimestamp;
    long firstSequence;
    long lastSequence;
    int packets;
    int bytes;
    boolean marker;
    boolean keyframe;
    boolean begins;
    long firstArrivalMicros;
    long lastArrivalMicros;
    long firstBatch;
    long lastBatch;
    int temporalId = -1;
    int spatialId = -1;
    int durationTicks;
    Optional<PictureSize> size = Optional.empty();
    boolean hasAudioLevel;
    int audioLevelDbov;
    boolean voiceActivity;
    long captureNtp;

    /** What {@link LayerFrames} finds out when the frame is over. */
    int missingBefore;

    int missingInside;
    boolean decodable;

    /** What {@link FrameTracker} and {@link TrackLayer} add then. */
    long frameId;

    long ptsMicros;
    int durationMicros;
    long captureMicros;
    CaptureClock captureClock = CaptureClock.UNKNOWN;
    long offset = FrameTracker.NO_OFFSET;

    TrackedFrame(RelayPacket first, long batch) {
        extendedTimestamp = first.extendedTimestamp();
        firstSequence = first.extendedSequence();
        lastSequence = firstSequence;
        firstArrivalMicros = first.arrivalMicros();
        lastArrivalMicros = firstArrivalMicros;
        firstBatch = batch;
        lastBatch = batch;
    }

    void add(RelayPacket packet, long batch) {
        packets++;
        bytes += packet.payloadLength();
        marker |= packet.marker();
        keyframe |= packet.keyframeStart();
        firstSequence = Math.min(firstSequence, packet.extendedSequence());
        lastSequence = Math.max(lastSequence, packet.extendedSequence());
        firstArrivalMicros = Math.min(firstArrivalMicros, packet.arrivalMicros());
        lastArrivalMicros = Math.max(lastArrivalMicros, packet.arrivalMicros());
        firstBatch = Math.min(firstBatch, batch);
        lastBatch = Math.max(lastBatch, batch);
    }

    boolean isComplete() {
        return missingInside == 0 && (begins || missingBefore == 0);
    }

    int missing() {
        return missingBefore + missingInside;
    }
}
