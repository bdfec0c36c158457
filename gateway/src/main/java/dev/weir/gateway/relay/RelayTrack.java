package dev.weir.gateway.relay;

import dev.weir.webrtc.rtp.MediaKind;
import dev.weir.webrtc.sdp.CodecFormat;
import java.util.List;
import java.util.Map;

/**
 * One track of a publisher.
 *
 * @param index number within the epoch; packets name their track by it
 * @param trackId stable name, such as {@code video} or {@code audio}
 * @param format the codec that is sent; when the publisher negotiated several, the one it is expected to use
 * @param rids simulcast layers of the track in the publisher's order, empty without simulcast
 * @param payloadType RTP payload type of {@code format}, -1 = not known
 * @param extensionIds ids of the header extensions that were agreed on, by URI
 */
public record RelayTrack(
        int index,
        String trackId,
        MediaKind kind,
        CodecFormat format,
        List<String> rids,
        int payloadType,
        Map<String, Integer> extensionIds) {
    public RelayTrack {
        rids = List.copyOf(rids);
        extensionIds = Map.copyOf(extensionIds);
    }

    /** Makes a track whose payload type is not known and that has no header extensions. */
    public RelayTrack(int index, String trackId, MediaKind kind, CodecFormat format, List<String> rids) {
        this(index, trackId, kind, format, rids, -1, Map.of());
    }
}
