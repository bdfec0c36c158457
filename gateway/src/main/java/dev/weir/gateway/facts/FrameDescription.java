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

    static FrameMeta of(
            String streamId,
            long epoch,
            long frameId,
            TrackLayer layer,
            TrackedFrame frame,
            int partition,
            OptionalLong offset) {
        boolean video = layer.track().kind() == MediaKind.VIDEO;
        OptionalLong reported = layer.clock().captureMicros(frame.extendedTimestamp);
        OptionalLong capture =
                frame.captureNtp == 0 ? reported : OptionalLong.of(LayerClock.microsOfNtp(frame.captureNtp));
        return new FrameMeta(
                streamId,
                epoch,
                layer.track().trackId(),
                layer.rid(),
                frameId,
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
                layer.clock().ptsMicros(frame.extendedTimestamp),
                frame.durationTicks == 0
                        ? OptionalInt.empty()
                        : OptionalInt.of((int) layer.clock().micros(frame.durationTicks)),
                capture,
                frame.captureNtp != 0
                        ? CaptureClock.ABS_CAPTURE_TIME
                        : reported.isPresent() ? CaptureClock.SENDER_REPORT : CaptureClock.UNKNOWN,
                frame.firstArrivalMicros,
                frame.lastArrivalMicros,
                present(
                        frame.size.isPresent(),
                        frame.size.map(size -> size.widthPx()).orElse(0)),
                present(
                        frame.size.isPresent(),
                        frame.size.map(size -> size.heightPx()).orElse(0)),
                present(frame.temporalId >= 0, frame.temporalId),
                present(frame.spatialId >= 0, frame.spatialId),
                present(frame.audioLevelDbov.isPresent(), frame.audioLevelDbov.orElse(0)),
                frame.audioLevelDbov.isPresent() ? Optional.of(frame.voiceActivity) : Optional.empty(),
                partition,
                frame.firstBatch,
                offset);
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
