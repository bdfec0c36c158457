package dev.weir.gateway.session;

import java.util.List;

/**
 * What a session carried so far.
 *
 * @param packets RTP packets from a publisher or to a viewer
 * @param bytes their payload
 * @param packetsLost packets of a publisher that never came, or that a viewer reported lost
 * @param codecs what flowed
 * @param epoch the stream's epoch, 0 = none
 */
public record Traffic(long packets, long bytes, long packetsLost, List<String> codecs, long epoch) {
    public Traffic {
        codecs = List.copyOf(codecs);
    }
}
