package dev.weir.connector.restream;

import dev.weir.schemas.RelayBatch;
import java.io.IOException;

/**
 * One connection to one receiver, from its opening to its first error. One thread, {@link #abort} excepted; what it throws
 * says in one sentence, without any secret, what is wrong.
 */
public interface TargetConnection extends AutoCloseable {
    /**
     * Sends what the batch holds; blocks while the receiver takes nothing. The first batch, and the first of each epoch,
     * holds the track configuration.
     *
     * @param offset where the batch lies in its partition
     * @throws IOException when the connection is lost, or the receiver or the protocol cannot take this media
     */
    void send(RelayBatch batch, long offset) throws IOException, InterruptedException;

    /** Says that media before the next batch was left out, which is no loss that a receiver could repair. */
    void skipped();

    /**
     * Does what is due without new media; called often.
     *
     * @throws IOException when the connection was lost meanwhile
     */
    void tick() throws IOException, InterruptedException;

    /** Tells whether the receiver has taken something, where it does not say so when the connection is opened. */
    default boolean isAccepted() {
        return true;
    }

    /** Returns the bytes of media handed to the network so far. */
    long bytesSent();

    /** Breaks a {@link #send} off that blocks; it throws then. From any thread. */
    void abort();

    /** Ends the connection in the way of its protocol, in bounded time. Idempotent. */
    @Override
    void close();
}
