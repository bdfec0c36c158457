package dev.weir.gateway.mirror;

import java.time.Duration;

/**
 * The way into Kafka while there is one.
 *
 * @param media takes the media
 * @param metadata takes the metadata
 */
record Connection(LogProducer media, MetadataProducer metadata) {
    /** Closes without waiting, see {@link LogProducer#abandon}. */
    void abandon() {
        media.abandon();
        metadata.close(Duration.ZERO);
    }

    /** Waits for what was sent, at most {@code timeout}, and closes. */
    void close(Duration timeout) {
        long startNanos = System.nanoTime();
        media.close(timeout);
        Duration left = timeout.minusNanos(System.nanoTime() - startNanos);
        metadata.close(left.isNegative() ? Duration.ZERO : left);
    }
}
