package dev.weir.connector.assemble;

import dev.weir.webrtc.codec.OpusToc;
import java.util.Optional;

/** Estimates how long a frame lasts: up to the next one where that is known and near, else what the codec says. */
final class FrameDuration {
    private static final int LONGEST_SECONDS = 10;
    private static final int USUAL_FRAMES_PER_SECOND = 30;

    private final Track track;
    private final MediaClock clock;

    FrameDuration(Track track, MediaClock clock) {
        this.track = track;
        this.clock = clock;
    }

    long of(PendingFrame frame, Optional<PendingFrame> next) {
        long rate = track.info().clockRateHz();
        if (next.isPresent() && !next.get().restart() && next.get().gap().isEmpty()) {
            long toNext = next.get().timestamp() - frame.timestamp();
            if (toNext > 0 && toNext <= LONGEST_SECONDS * rate) {
                return toNext;
            }
        }
        return switch (track.codec()) {
            case OPUS -> Math.max(120, OpusToc.durationSamples(frame.encoded().data())) * rate / 48_000;
            case PCMU, PCMA ->
                Math.max(
                        1,
                        frame.encoded().data().remaining()
                                / Math.max(1, track.info().channels()));
            case H264, H265, VP8, VP9, AV1 ->
                clock.lastDurationTicks() > 0 ? clock.lastDurationTicks() : rate / USUAL_FRAMES_PER_SECOND;
        };
    }
}
