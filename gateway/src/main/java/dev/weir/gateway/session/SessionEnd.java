package dev.weir.gateway.session;

import java.time.Duration;
import java.time.Instant;
import java.util.List;

/**
 * What there is to say about a session that is over.
 *
 * @param reason why, for machines
 * @param detail why, in a sentence for people; names what to change when there is something to change
 * @param at when
 * @param lived time since the offer
 * @param connected time with media possible, zero when it never connected
 * @param epoch epoch of the stream that a publisher sent, or that was live when a viewer left; 0 = none
 * @param packets RTP packets from a publisher, or to a viewer
 * @param bytes their payload
 * @param packetsLost packets of a publisher that never came, or that a viewer reported lost
 * @param codecs what flowed, for example {@code H264}, {@code OPUS}; the m-lines' order
 * @param peer address and port of the peer, truncated as {@code sessions.log-addresses} says; empty when never connected
 * @param offered the addresses that our answer named, {@code host:port}
 * @param candidates the addresses that the client named, {@code host:port/type}
 * @param checksReceived authentic connectivity checks (STUN) that came
 * @param checksRefused checks for this session that failed authentication
 */
public record SessionEnd(
        EndReason reason,
        String detail,
        Instant at,
        Duration lived,
        Duration connected,
        long epoch,
        long packets,
        long bytes,
        long packetsLost,
        List<String> codecs,
        String peer,
        List<String> offered,
        List<String> candidates,
        long checksReceived,
        long checksRefused) {
    public SessionEnd {
        codecs = List.copyOf(codecs);
        offered = List.copyOf(offered);
        candidates = List.copyOf(candidates);
    }
}
