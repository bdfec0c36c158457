package dev.weir.gateway.relay;

/**
 * Counters of one stream since it was created.
 *
 * @param subscriberCount viewers and subscriptions, without taps such as the mirror
 * @param packetsForwarded packets handed to subscribers, each counted once per subscriber that took it
 * @param bytesForwarded their payload bytes
 * @param packetsReceived packets published
 * @param bytesReceived their payload bytes
 * @param packetsLost packets of the publisher that never arrived, repeats included
 * @param packetsDropped packets that a slow subscriber did not take
 * @param bitrateBps payload bits per second, over about the last second
 * @param keyframes keyframes received
 * @param epoch epoch of the present or last publisher, 0 when there was none
 * @param live whether a publisher is there
 */
public record StreamStats(
        int subscriberCount,
        long packetsForwarded,
        long bytesForwarded,
        long packetsReceived,
        long bytesReceived,
        long packetsLost,
        long packetsDropped,
        long bitrateBps,
        long keyframes,
        long epoch,
        boolean live) {}
