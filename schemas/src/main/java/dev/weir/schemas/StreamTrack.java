package dev.weir.schemas;

import java.util.List;
import java.util.OptionalInt;

/**
 * A track of a stream in the catalogue.
 *
 * <p>The components are the fields of the schema of this name, in its order; absent values are empty.
 *
 * @param channels audio channels; 0 for video
 * @param frames frames numbered so far
 * @param kafkaAckedFrameId up to this frame Kafka has acknowledged every packet, or the log declares it as a Gap; -1 = none yet
 */
public record StreamTrack(
        String trackId,
        TrackKind kind,
        CodecName codec,
        String fmtp,
        int clockRateHz,
        int channels,
        List<String> rids,
        OptionalInt widthPx,
        OptionalInt heightPx,
        long frames,
        long kafkaAckedFrameId) {
    /** Copies the collections. */
    public StreamTrack {
        rids = List.copyOf(rids);
    }
}
