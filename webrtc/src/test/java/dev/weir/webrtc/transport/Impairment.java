package dev.weir.webrtc.transport;

import java.time.Duration;

/**
 * Says what a {@link VirtualNetwork} does to datagrams.
 *
 * @param loss probability that one is lost
 * @param duplication probability that one arrives twice
 * @param minDelay shortest time under way
 * @param maxDelay longest; what is more than a packet interval above the shortest reorders
 */
public record Impairment(double loss, double duplication, Duration minDelay, Duration maxDelay) {
    public static final Impairment NONE = new Impairment(0, 0, Duration.ofMillis(5), Duration.ofMillis(5));
    public static final Impairment BAD_WIFI = new Impairment(0.15, 0.05, Duration.ofMillis(5), Duration.ofMillis(60));
}
