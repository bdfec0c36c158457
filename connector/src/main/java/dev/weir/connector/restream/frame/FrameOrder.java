package dev.weir.connector.restream.frame;

import java.util.ArrayDeque;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/** Puts pictures, which are there at once, and sound, which comes later out of the encoder, into order. One thread. */
final class FrameOrder {
    private static final long MOST_NANOS = TimeUnit.MILLISECONDS.toNanos(400);

    private record Held(OutputFrame frame, long sinceNanos) {}

    private final ArrayDeque<Held> video = new ArrayDeque<>();
    private final ArrayDeque<OutputFrame> audio = new ArrayDeque<>();
    private long audioPtsMicros = Long.MIN_VALUE;

    void add(OutputFrame frame, long nowNanos) {
        if (frame.video()) {
            video.add(new Held(frame, nowNanos));
        } else {
            audio.add(frame);
            audioPtsMicros = Math.max(audioPtsMicros, frame.ptsMicros());
        }
    }

    /**
     * Returns the next frame: a picture only once the sound is as far, or has not come for a while.
     *
     * @param waits whether there is sound to wait for
     */
    Optional<OutputFrame> next(boolean waits, long nowNanos) {
        Held picture = video.peek();
        OutputFrame sound = audio.peek();
        if (sound != null && (picture == null || sound.ptsMicros() <= picture.frame.ptsMicros())) {
            return Optional.of(audio.remove());
        }
        if (picture == null) {
            return Optional.empty();
        }
        boolean ready =
                !waits || audioPtsMicros >= picture.frame.ptsMicros() || nowNanos - picture.sinceNanos >= MOST_NANOS;
        return ready ? Optional.of(video.remove().frame) : Optional.empty();
    }
}
