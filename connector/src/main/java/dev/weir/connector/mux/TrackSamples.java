package dev.weir.connector.mux;

import dev.weir.connector.assemble.Frame;
import dev.weir.connector.assemble.TrackFormat;
import dev.weir.webrtc.rtp.MediaKind;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * The frames of one track of an object, and the decode times and durations that a container gives them. Decode times are
 * the presentation times in ascending order, so they equal them unless the encoder reordered frames.
 */
final class TrackSamples {
    /** A sample lasts until the next one, however late that is, up to this; then the track has a hole. */
    private static final long MAX_DURATION_SECONDS = 60;

    private static final long LAST_DURATION_SECONDS = 10;

    /** Heap of a frame beside its bytes: the record, its buffer and the array's head, its place in the list. */
    private static final int FRAME_BYTES = 144;

    private final TrackFormat format;
    private final int number;
    private final List<Frame> frames = new ArrayList<>();
    private long[] decodeTicks = new long[0];
    private long dataBytes;
    private int relocated;
    private long relocatedBytes;

    TrackSamples(TrackFormat format, int number) {
        this.format = format;
        this.number = number;
    }

    void add(Frame frame) {
        frames.add(frame);
        dataBytes += frame.data().remaining();
    }

    long heldBytes() {
        return dataBytes - relocatedBytes + (long) FRAME_BYTES * frames.size();
    }

    /** Moves the bytes of the frames that were not moved yet. */
    void relocate(Relocation elsewhere) throws IOException {
        for (int i = relocated; i < frames.size(); i++) {
            int index = i;
            elsewhere.move(frames.get(i).data(), bytes -> {
                frames.set(index, frames.get(index).withData(bytes));
                relocated = index + 1;
                relocatedBytes += bytes.remaining();
            });
        }
    }

    /** Fixes the decode times; no frame may follow. */
    void settle() {
        decodeTicks = new long[frames.size()];
        for (int i = 0; i < decodeTicks.length; i++) {
            decodeTicks[i] = frames.get(i).ptsTicks();
        }
        Arrays.sort(decodeTicks);
        for (int i = 1; i < decodeTicks.length; i++) {
            decodeTicks[i] = Math.max(decodeTicks[i], decodeTicks[i - 1] + 1);
        }
    }

    TrackFormat format() {
        return format;
    }

    int number() {
        return number;
    }

    boolean isVideo() {
        return format.kind() == MediaKind.VIDEO;
    }

    int count() {
        return frames.size();
    }

    long dataBytes() {
        return dataBytes;
    }

    Frame frame(int index) {
        return frames.get(index);
    }

    long decodeTicks(int index) {
        return decodeTicks[index];
    }

    long compositionOffset(int index) {
        return frames.get(index).ptsTicks() - decodeTicks[index];
    }

    long durationTicks(int index) {
        long known = Math.max(1, frames.get(index).durationTicks());
        if (index + 1 == count()) {
            return Math.min(known, LAST_DURATION_SECONDS * format.clockRateHz());
        }
        long toNext = decodeTicks[index + 1] - decodeTicks[index];
        long longest = MAX_DURATION_SECONDS * format.clockRateHz();
        return toNext <= longest ? toNext : Math.min(known, longest);
    }

    /** Returns the time from this sample's start to the next one's, holes included. */
    long stepTicks(int index) {
        return index + 1 == count() ? durationTicks(index) : decodeTicks[index + 1] - decodeTicks[index];
    }

    /** Tells whether presentation differs from decoding among the samples from {@code from} up to before {@code to}. */
    boolean reorders(int from, int to) {
        for (int i = from; i < to; i++) {
            if (compositionOffset(i) != 0) {
                return true;
            }
        }
        return false;
    }

    /** Tells whether there is a hole between this sample's end and the next one's start. */
    boolean isHoleAfter(int index) {
        return index + 1 < count() && decodeTicks[index] + durationTicks(index) < decodeTicks[index + 1];
    }

    long decodeMicros(int index) {
        return micros(decodeTicks[index]);
    }

    long ptsMicros(int index) {
        return micros(frames.get(index).ptsTicks());
    }

    /** Returns the time from the first sample's start to the last one's end. */
    long spanTicks() {
        int last = count() - 1;
        return decodeTicks[last] + durationTicks(last) - decodeTicks[0];
    }

    /** Returns the end of the last sample; 0 without samples. */
    long endMicros() {
        int last = count() - 1;
        return last < 0 ? 0 : micros(decodeTicks[last] + durationTicks(last));
    }

    /** Returns the first sample at or after {@code from} that is not decoded before {@code micros}. */
    int indexAt(long micros, int from) {
        int index = from;
        while (index < count() && decodeMicros(index) < micros) {
            index++;
        }
        return index;
    }

    private long micros(long ticks) {
        int rate = format.clockRateHz();
        return ticks / rate * 1_000_000 + ticks % rate * 1_000_000 / rate;
    }
}
