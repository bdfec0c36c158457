package dev.weir.schemas;

import java.util.List;

/**
 * One track as negotiated in SDP (RFC 8866).
 *
 * @param trackIndex index that packets refer to
 * @param trackId stable name within the stream, "video" or "audio"
 * @param kind "video" or "audio"
 * @param encodingName encoding name of {@code a=rtpmap}, upper case
 * @param clockRateHz RTP clock rate
 * @param channels audio channels, 0 for video
 * @param fmtp content of {@code a=fmtp}, empty = none
 * @param rids simulcast layers, empty = one layer
 */
public record TrackInfo(
        int trackIndex,
        String trackId,
        String kind,
        String encodingName,
        int clockRateHz,
        int channels,
        String fmtp,
        List<String> rids) {

    /** Checks the ranges and copies the list. */
    public TrackInfo {
        if (trackIndex < 0) {
            throw new IllegalArgumentException("trackIndex must not be negative: " + trackIndex);
        }
        if (clockRateHz <= 0) {
            throw new IllegalArgumentException("clockRateHz must be positive: " + clockRateHz);
        }
        if (channels < 0) {
            throw new IllegalArgumentException("channels must not be negative: " + channels);
        }
        rids = List.copyOf(rids);
    }

    int maxEncodedBytes() {
        int size = 48 + 3 * (trackId.length() + kind.length() + encodingName.length() + fmtp.length());
        for (String rid : rids) {
            size += 5 + 3 * rid.length();
        }
        return size;
    }
}
