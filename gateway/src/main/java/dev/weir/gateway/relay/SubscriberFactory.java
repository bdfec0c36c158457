package dev.weir.gateway.relay;

/**
 * A tap: gets a subscriber of its own for each epoch of each stream, from its first packet on. The mirror is one. Taps do
 * not count as viewers.
 */
@FunctionalInterface
public interface SubscriberFactory {
    /**
     * Returns the subscriber for the epoch of {@code stream} that is about to begin. Called when its publisher registers,
     * on that thread; {@link StreamRelay#id} and {@link StreamRelay#requestKeyframe} may be used, from any thread.
     */
    Subscriber subscribe(StreamRelay stream);
}
