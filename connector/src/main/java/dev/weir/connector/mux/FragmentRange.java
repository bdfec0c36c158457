package dev.weir.connector.mux;

/**
 * A run of bytes of an object that starts at a keyframe, as an HLS byte range: one {@code moof} with its {@code mdat}, or
 * several.
 *
 * @param offset first byte
 * @param length bytes
 * @param durationMicros media time up to the next fragment
 */
public record FragmentRange(long offset, long length, long durationMicros) {
    /** Checks the ranges. */
    public FragmentRange {
        if (offset < 0 || length < 0 || durationMicros < 0) {
            throw new IllegalArgumentException(
                    "offset, length and duration: " + offset + ", " + length + ", " + durationMicros);
        }
    }

    /** Returns this one and {@code next}, which follows it, as one. */
    FragmentRange with(FragmentRange next) {
        return new FragmentRange(offset, length + next.length, durationMicros + next.durationMicros);
    }
}
