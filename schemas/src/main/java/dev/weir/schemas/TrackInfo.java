package dev.weir.schemas;

import java.nio.ByteBuffer;
import java.util.List;
import java.util.Map;

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
 * @param payloadType RTP payload type in use, -1 = not known
 * @param extensionIds ids of the header extensions by URI ({@code a=extmap})
 * @param parameterSets latest VPS, SPS and PPS that came in band, without start codes; read-only
 */
public record TrackInfo(
        int trackIndex,
        String trackId,
        String kind,
        String encodingName,
        int clockRateHz,
        int channels,
        String fmtp,
        List<String> rids,
        int payloadType,
        Map<String, Integer> extensionIds,
        List<ByteBuffer> parameterSets) {

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
        if (payloadType < -1 || payloadType > 127) {
            throw new IllegalArgumentException("payloadType must be -1 to 127: " + payloadType);
        }
        rids = List.copyOf(rids);
        extensionIds = Map.copyOf(extensionIds);
        parameterSets = parameterSets.stream().map(ByteBuffer::asReadOnlyBuffer).toList();
    }

    /** Makes a track of which no more is known than how to decode it. */
    public TrackInfo(
            int trackIndex,
            String trackId,
            String kind,
            String encodingName,
            int clockRateHz,
            int channels,
            String fmtp,
            List<String> rids) {
        this(trackIndex, trackId, kind, encodingName, clockRateHz, channels, fmtp, rids, -1, Map.of(), List.of());
    }

    /** Returns this track with other parameter sets. */
    public TrackInfo withParameterSets(List<ByteBuffer> value) {
        return new TrackInfo(
                trackIndex,
                trackId,
                kind,
                encodingName,
                clockRateHz,
                channels,
                fmtp,
                rids,
                payloadType,
                extensionIds,
                value);
    }

    int maxEncodedBytes() {
        int size = 64 + 3 * (trackId.length() + kind.length() + encodingName.length() + fmtp.length());
        for (String rid : rids) {
            size += 5 + 3 * rid.length();
        }
        for (String uri : extensionIds.keySet()) {
            size += 10 + 3 * uri.length();
        }
        for (ByteBuffer set : parameterSets) {
            size += 5 + set.remaining();
        }
        return size;
    }
}
