package dev.weir.connector.assemble;

import java.nio.ByteBuffer;

/**
 * One whole frame in decoding order: an access unit, a temporal unit or an audio packet. Immutable.
 *
 * @param trackIndex index of the track
 * @param clockRateHz ticks per second of {@code ptsTicks} and {@code durationTicks}
 * @param ptsTicks presentation time on the epoch's time line, which starts at 0 with its first frame; tracks are aligned
 * @param durationTicks ticks to the next frame as far as the log tells, else what the codec or the previous frame says
 * @param keyframe whether a decoder can start here; always true for audio
 * @param data the bytes as MP4 stores them (H264 and H265 NAL units behind 4-byte lengths, AV1 OBUs with sizes and
 *     without temporal delimiter); read-only
 * @param firstOffset lowest log offset of a record that holds a packet of it
 * @param lastOffset highest log offset of a record that holds a packet of it
 */
public record Frame(
        int trackIndex,
        int clockRateHz,
        long ptsTicks,
        long durationTicks,
        boolean keyframe,
        ByteBuffer data,
        long firstOffset,
        long lastOffset) {

    /** Checks the ranges and makes the data read-only. */
    public Frame {
        if (clockRateHz <= 0 || ptsTicks < 0 || durationTicks < 0) {
            throw new IllegalArgumentException(
                    "clock rate, pts and duration: " + clockRateHz + ", " + ptsTicks + ", " + durationTicks);
        }
        data = data.isReadOnly() ? data : data.asReadOnlyBuffer();
    }

    /** Returns the frame with the same bytes in another place. */
    public Frame withData(ByteBuffer same) {
        return new Frame(trackIndex, clockRateHz, ptsTicks, durationTicks, keyframe, same, firstOffset, lastOffset);
    }

    /** Returns the presentation time on the epoch's time line in microseconds, rounded down. */
    public long ptsMicros() {
        return ticksToMicros(ptsTicks);
    }

    /** Returns the duration in microseconds, rounded down. */
    public long durationMicros() {
        return ticksToMicros(durationTicks);
    }

    private long ticksToMicros(long ticks) {
        return ticks / clockRateHz * 1_000_000 + ticks % clockRateHz * 1_000_000 / clockRateHz;
    }
}
