package dev.weir.gateway.relay;

import dev.weir.webrtc.rtp.MediaKind;
import dev.weir.webrtc.sdp.CodecFormat;
import java.util.List;

/**
 * One track of a publisher.
 *
 * @param index number within the epoch; packets name their track by it
 * @param trackId stable name, such as {@code video} or {@code audio}
 * @param format the codec that is sent; when the publisher negotiated several, the one it is expected to use
 * @param rids simulcast layers of the track in the publisher's order, empty without simulcast
 */
public record RelayTrack(int index, String trackId, MediaKind kind, CodecFormat format, List<String> rids) {
    public RelayTrack {
        rids = List.copyOf(rids);
    }
}
