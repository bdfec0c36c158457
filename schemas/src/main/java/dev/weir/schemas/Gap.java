package dev.weir.schemas;

/**
 * Declares packets that reached the gateway but not the log.
 *
 * @param trackIndex the track, -1 = all
 * @param fromArrivalMicros arrival of the first packet left out, microseconds since 1970
 * @param toArrivalMicros arrival of the last packet left out
 * @param packets how many were left out, 0 = not known
 * @param reason short machine-readable word, for example "mirror-buffer-full"
 */
public record Gap(int trackIndex, long fromArrivalMicros, long toArrivalMicros, long packets, String reason)
        implements LogEntry {

    /** Checks the ranges. */
    public Gap {
        if (trackIndex < -1) {
            throw new IllegalArgumentException("trackIndex must be -1 or an index: " + trackIndex);
        }
        if (packets < 0) {
            throw new IllegalArgumentException("packets must not be negative: " + packets);
        }
    }

    @Override
    public int maxEncodedBytes() {
        return 64 + 3 * reason.length();
    }

    @Override
    public <R> R accept(Visitor<R> visitor) {
        return visitor.gap(this);
    }
}
