package dev.weir.webrtc.client;

/**
 * Counts what a {@link WhepClient} received, all tracks together.
 *
 * @param packets RTP packets, duplicates and retransmissions counted once
 * @param bytes their payload bytes
 * @param missing sequence numbers between the first and the highest that have not come (yet)
 * @param duplicates packets that came again
 * @param recovered packets that came by retransmission
 * @param keyframeRequests PLIs that we sent
 * @param firstPacketNanos time from just before the POST to the first packet with a payload, -1 before it
 */
public record WhepStats(
        long packets,
        long bytes,
        long missing,
        long duplicates,
        long recovered,
        long keyframeRequests,
        long firstPacketNanos) {}
