package dev.weir.gateway.facts;

import dev.weir.gateway.relay.RelayPacket;
import dev.weir.gateway.relay.RelayTrack;
import dev.weir.webrtc.codec.Codec;
import dev.weir.webrtc.codec.LayerIds;
import dev.weir.webrtc.codec.OpusToc;
import dev.weir.webrtc.codec.PayloadFormat;
import dev.weir.webrtc.codec.PictureSize;
import dev.weir.webrtc.rtp.HeaderExtensions;
import dev.weir.webrtc.rtp.MediaKind;
import dev.weir.webrtc.sdp.ExtensionUri;
import java.nio.ByteBuffer;
import java.util.Optional;
import java.util.function.BiConsumer;

/** One layer of a track: reads what its packets tell and counts what became of its frames. Mirror thread. */
final class TrackLayer {
    private static final int CAPTURE_TIME_BYTES = 8;

    private final String rid;
    private final RelayTrack track;
    private final Codec codec;
    private final boolean video;
    private final PayloadFormat format;
    private final int audioLevelId;
    private final int captureTimeId;
    private final LayerClock clock;
    private final LayerFrames frames;
    private final LayerTally tally = new LayerTally();
    private Optional<PictureSize> size;

    TrackLayer(RelayTrack track, String rid, Codec codec, BiConsumer<TrackLayer, TrackedFrame> out) {
        this.track = track;
        this.rid = rid;
        this.codec = codec;
        video = track.kind() == MediaKind.VIDEO;
        format = PayloadFormat.of(codec);
        audioLevelId = track.extensionIds().getOrDefault(ExtensionUri.AUDIO_LEVEL, 0);
        captureTimeId = track.extensionIds().getOrDefault(ExtensionUri.ABS_CAPTURE_TIME, 0);
        clock = new LayerClock(track.format().clockRateHz());
        size = PictureSize.ofFmtp(codec, track.format().fmtp());
        frames = new LayerFrames(video, frame -> {
            tally.onFrame(frame);
            size = frame.size.or(() -> size);
            frame.size = size;
            clock.stamp(frame);
            out.accept(this, frame);
        });
    }

    void packet(RelayPacket packet, long batch) {
        tally.onPacket(packet, track.format().clockRateHz());
        if (frames.accepts(packet)) {
            TrackedFrame frame = frames.frameOf(packet, batch);
            ByteBuffer payload = packet.payload();
            if (packet.extendedSequence() <= frame.firstSequence) {
                frame.begins = format.startsFrame(payload);
            }
            frame.add(packet, batch);
            if (video) {
                readPicture(frame, payload, packet.keyframeStart());
            } else {
                frame.durationTicks = codec == Codec.OPUS ? OpusToc.durationSamples(payload) : payload.remaining();
            }
            if (audioLevelId != 0 || captureTimeId != 0) {
                readExtensions(frame, packet.headerExtension());
            }
        }
        frames.advance(packet.arrivalMicros());
    }

    private void readPicture(TrackedFrame frame, ByteBuffer payload, boolean keyframe) {
        frame.temporalId = Math.max(frame.temporalId, LayerIds.temporal(codec, payload));
        frame.spatialId = Math.max(frame.spatialId, LayerIds.spatial(codec, payload));
        if (keyframe || (frame.keyframe && frame.size.isEmpty())) {
            PictureSize.of(codec, payload).ifPresent(read -> frame.size = Optional.of(read));
        }
    }

    private void readExtensions(TrackedFrame frame, ByteBuffer extension) {
        int level = audioLevelId == 0 || video ? -1 : HeaderExtensions.findInBlock(extension, audioLevelId);
        if (level >= 0 && HeaderExtensions.length(level) > 0) {
            int told = extension.get(extension.position() + HeaderExtensions.offset(level));
            frame.hasAudioLevel = true;
            frame.audioLevelDbov = -(told & 0x7F);
            frame.voiceActivity = told < 0;
        }
        int capture = captureTimeId == 0 ? -1 : HeaderExtensions.findInBlock(extension, captureTimeId);
        if (capture >= 0 && HeaderExtensions.length(capture) >= CAPTURE_TIME_BYTES) {
            frame.captureNtp = extension.getLong(extension.position() + HeaderExtensions.offset(capture));
        }
    }

    void advance(long nowMicros) {
        frames.advance(nowMicros);
    }

    /** Gives all frames as they are: the log has a gap here, or ends. */
    void reset() {
        frames.reset();
    }

    String rid() {
        return rid;
    }

    RelayTrack track() {
        return track;
    }

    Codec codec() {
        return codec;
    }

    LayerClock clock() {
        return clock;
    }

    LayerTally tally() {
        return tally;
    }

    /** Returns the size of the picture, known from the last keyframe on. */
    Optional<PictureSize> size() {
        return size;
    }
}
