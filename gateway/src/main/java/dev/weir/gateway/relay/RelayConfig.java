package dev.weir.gateway.relay;

import java.time.Duration;

/**
 * Settings of the relay.
 *
 * @param joinBufferBytes most payload bytes kept per video layer since its last keyframe, for viewers who join
 * @param joinBufferDuration longest time kept since the last keyframe; beyond either bound a joining viewer waits for a
 *     keyframe, which is requested
 * @param subscriptionCapacity packets that a {@link Subscription} holds before it drops
 * @param takeover whether a second publisher replaces one that is alive; otherwise it is refused
 */
public record RelayConfig(
        long joinBufferBytes, Duration joinBufferDuration, int subscriptionCapacity, boolean takeover) {
    /** 4 MB or 10 s since the last keyframe; 4,096 packets; a second publisher is refused. */
    public static final RelayConfig DEFAULT = new RelayConfig(4_000_000, Duration.ofSeconds(10), 4096, false);

    public RelayConfig {
        if (joinBufferBytes < 0) {
            throw new IllegalArgumentException("relay.join-buffer-bytes must not be negative: " + joinBufferBytes);
        }
        if (joinBufferDuration.isNegative()) {
            throw new IllegalArgumentException("relay.join-buffer must not be negative: " + joinBufferDuration);
        }
        if (subscriptionCapacity < 1) {
            throw new IllegalArgumentException("subscriptionCapacity must be positive: " + subscriptionCapacity);
        }
    }

    /** Returns a copy with the other policy for second publishers. */
    public RelayConfig withTakeover(boolean allowed) {
        return new RelayConfig(joinBufferBytes, joinBufferDuration, subscriptionCapacity, allowed);
    }
}
