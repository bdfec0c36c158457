package dev.weir.schemas;

import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;

/**
 * One video or audio frame. Topic weir.frames.v1, key = streamId, partition as in the media log. Written once Kafka has the batch that holds its last packet.
 *
 * <p>The components are the fields of the schema of this name, in its order; absent values are empty.
 *
 * @param rid simulcast layer, empty when the track has one layer
 * @param frameId counts up from 0 per (streamId, epoch, trackId), layers together: a hole proves that records were lost
 * @param sizeBytes RTP payload bytes that arrived
 * @param missingPackets packets of this frame, or between the former frame and this one, that never arrived
 * @param complete nothing of this frame is missing, as far as can be told
 * @param decodable complete, and so is every frame since the last key frame, without a hole between them
 * @param extendedTimestamp RTP timestamp in ticks of clockRateHz, unwrapped to 64 bits
 * @param ptsMicros media time since the first frame of the track in this epoch, from RTP timestamps
 * @param durationMicros known for audio only
 * @param captureTimeMicros when the publisher's clock says that the media was captured
 * @param widthPx size of the picture, as the last key frame told it
 * @param audioLevelDbov 0 = loudest, -127 = silence (RFC 6464)
 * @param payloadPartition partition of the media log
 * @param payloadBatch RelayBatch.batchNumber of the batch with the first packet; the same in mirrored clusters
 * @param payloadOffset offset of that batch in the media log; null when Kafka did not take it
 */
public record FrameMeta(
        String streamId,
        long epoch,
        String trackId,
        String rid,
        long frameId,
        TrackKind kind,
        CodecName codec,
        FrameType frameType,
        int sizeBytes,
        int packetCount,
        int missingPackets,
        boolean complete,
        boolean decodable,
        long firstExtendedSequence,
        long lastExtendedSequence,
        long extendedTimestamp,
        int clockRateHz,
        long ptsMicros,
        OptionalInt durationMicros,
        OptionalLong captureTimeMicros,
        CaptureClock captureClock,
        long firstArrivalMicros,
        long lastArrivalMicros,
        OptionalInt widthPx,
        OptionalInt heightPx,
        OptionalInt temporalId,
        OptionalInt spatialId,
        OptionalInt audioLevelDbov,
        Optional<Boolean> voiceActivity,
        int payloadPartition,
        long payloadBatch,
        OptionalLong payloadOffset) {}
