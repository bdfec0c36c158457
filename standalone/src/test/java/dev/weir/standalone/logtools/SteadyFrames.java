package dev.weir.standalone.logtools;

import dev.weir.schemas.CaptureClock;
import dev.weir.schemas.CodecName;
import dev.weir.schemas.FrameMeta;
import dev.weir.schemas.FrameType;
import dev.weir.schemas.TrackKind;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;

/** Half a minute of frames whose bitrate and skew are known. */
final class SteadyFrames {
    static final int VIDEO_BYTES = 4_000;
    static final int AUDIO_BYTES = 100;
    static final int VIDEO_LATE_MILLIS = 25;

    private static final long VIDEO_MICROS = 40_000;
    private static final long AUDIO_MICROS = 20_000;

    private SteadyFrames() {}

    /** Returns the frames of {@code stream} from {@code startMicros} on, and one much later that closes every window. */
    static List<FrameMeta> of(String stream, int partition, long startMicros) {
        List<FrameMeta> frames = new ArrayList<>();
        for (long at = 0; at < 30_000_000; at += AUDIO_MICROS) {
            long arrival = startMicros + at;
            if (at % VIDEO_MICROS == 0) {
                long capture = arrival - VIDEO_LATE_MILLIS * 1_000L;
                frames.add(frame(stream, partition, at / VIDEO_MICROS, true, arrival, capture));
            }
            frames.add(frame(stream, partition, at / AUDIO_MICROS, false, arrival, arrival));
        }
        long last = startMicros + 45_000_000;
        frames.add(frame(stream, partition, 1_500, false, last, last));
        return frames;
    }

    private static FrameMeta frame(
            String stream, int partition, long id, boolean video, long arrivalMicros, long captureMicros) {
        return new FrameMeta(
                stream,
                1,
                video ? "video" : "audio",
                "",
                id,
                video ? TrackKind.VIDEO : TrackKind.AUDIO,
                video ? CodecName.H264 : CodecName.OPUS,
                video ? FrameType.DELTA : FrameType.AUDIO,
                video ? VIDEO_BYTES : AUDIO_BYTES,
                1,
                0,
                true,
                true,
                id,
                id,
                id * 960,
                video ? 90_000 : 48_000,
                id * (video ? VIDEO_MICROS : AUDIO_MICROS),
                OptionalInt.empty(),
                OptionalLong.of(captureMicros),
                CaptureClock.SENDER_REPORT,
                arrivalMicros,
                arrivalMicros,
                OptionalInt.empty(),
                OptionalInt.empty(),
                OptionalInt.empty(),
                OptionalInt.empty(),
                OptionalInt.empty(),
                Optional.empty(),
                partition,
                0,
                OptionalLong.empty());
    }
}
