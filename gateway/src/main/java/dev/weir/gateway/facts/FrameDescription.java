package dev.weir.gateway.facts;

import dev.weir.schemas.CaptureClock;
import dev.weir.schemas.CodecName;
import dev.weir.schemas.FrameMeta;
import dev.weir.schemas.FrameType;
import dev.weir.schemas.TrackKind;
import dev.weir.webrtc.codec.Codec;
import dev.weir.webrtc.rtp.MediaKind;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;

/** Writes what is known of a frame as a record. */
final class FrameDescription {
    private FrameDescription() {}

    /** Any thread, once the frame does not change any more. */
    static FrameMeta of(String streamId, long epoch, int partition, TrackLayer layer, TrackedFrame frame) {
        boolean video = layer.track().kind() == MediaKind.VIDEO;
        boolean sized = frame.size.isPresent();
        return new FrameMeta(
                streamId,
                epoch,
                layer.track().trackId(),
                layer.rid(),
                frame.frameId,
                kindOf(layer.track().kind()),
                nameOf(layer.codec()),
                !video ? FrameType.AUDIO : frame.keyframe ? FrameType.KEY : FrameType.DELTA,
                frame.bytes,
                frame.packets,
                frame.missing(),
                frame.isComplete(),
                frame.decodable,
                frame.firstSequence,
                frame.lastSequence,
                frame.extendedTimestamp,
                layer.track().format().clockRateHz(),
                frame.ptsMicros,
                present(frame.durationTicks != 0, frame.durationMicros),
                frame.captureClock == CaptureClock.UNKNOWN
                        ? OptionalLong.empty()
                        : OptionalLong.of(frame.captureMicros),
                frame.captureClock,
                frame.firstArrivalMicros,
                frame.lastArrivalMicros,
                present(sized, sized ? frame.size.get().widthPx() : 0),
                present(sized, sized ? frame.size.get().heightPx() : 0),
                present(frame.temporalId >= 0, frame.temporalId),
                present(frame.spatialId >= 0, frame.spatialId),
                present(frame.hasAudioLevel, frame.audioLevelDbov),
                frame.hasAudioLevel ? Optional.of(frame.voiceActivity) : Optional.empty(),
                partition,
                frame.firstBatch,
                frame.offset == FrameTracker.NO_OFFSET ? OptionalLong.empty() : OptionalLong.of(frame.offset));
    }

    private static OptionalInt present(boolean known, int value) {
        return known ? OptionalInt.of(value) : OptionalInt.empty();
    }

    static TrackKind kindOf(MediaKind kind) {
        return switch (kind) {
            case VIDEO -> TrackKind.VIDEO;
            case AUDIO -> TrackKind.AUDIO;
        };
    }

    static CodecName nameOf(Codec codec) {
        return switch (codec) {
            case H264 -> CodecName.H264;
            case H265 -> CodecName.H265;
            case VP8 -> CodecName.VP8;
            case VP9 -> CodecName.VP9;
            case AV1 -> CodecName.AV1;
            case OPUS -> CodecName.OPUS;
            case PCMU -> CodecName.PCMU;
            case PCMA -> CodecName.PCMA;
        };
    }
}
