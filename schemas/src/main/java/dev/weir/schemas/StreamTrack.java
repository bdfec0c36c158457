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
 * @param kafkaAckedFrameId highest frameId whose packets, and those of every frame before it, Kafka has acknowledged; -1 = none yet
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
