package dev.weir.connector.assemble;

import dev.weir.schemas.RelayBatch;
import java.nio.ByteBuffer;
import java.util.function.Consumer;

/**
 * Turns the log of one epoch of one stream into frames in media time. A pure function of the records: no clock, no random,
 * so a replay gives the same events. Not thread-safe: one owner.
 *
 * <p>Nothing is left out silently: leading audio is kept, and whatever cannot be used is declared by {@link
 * AssembledEvent.GapFound}.
 */
@SuppressWarnings("DoNotCallSuggester")
public final class StreamAssembler {
    /** Creates an assembler that expects the epoch from its first record on (or joins late, as if it began there). */
    public StreamAssembler(String streamId, long epoch, AssembleConfig config) {
        throw new UnsupportedOperationException("soon");
    }

    /**
     * Continues from {@link Checkpoint#state}.
     *
     * @throws IllegalArgumentException when the state is not one of ours
     */
    public static StreamAssembler resume(String streamId, long epoch, AssembleConfig config, ByteBuffer state) {
        throw new UnsupportedOperationException("soon");
    }

    /**
     * Takes one record's batch; records come in order of offset. An end-of-stream entry ends the epoch: {@link
     * AssembledEvent.Ended} comes last and later batches are ignored.
     *
     * @throws IllegalArgumentException when the batch is of another stream or epoch
     */
    public void add(RelayBatch batch, long offset, Consumer<AssembledEvent> out) {
        throw new UnsupportedOperationException("soon");
    }

    /**
     * Ends the epoch without an end-of-stream entry (a higher epoch has begun): gives all that is buffered, then {@link
     * AssembledEvent.Ended} with {@code reason}. Does nothing when it has ended.
     */
    public void end(String reason, Consumer<AssembledEvent> out) {
        throw new UnsupportedOperationException("soon");
    }

    /**
     * Returns the lowest offset whose packets are not all delivered yet: a reader that starts anew must not start behind it.
     * {@link Long#MAX_VALUE} when nothing is buffered.
     */
    public long oldestBufferedOffset() {
        throw new UnsupportedOperationException("soon");
    }

    /**
     * Takes a checkpoint; call it inside the consumer while it handles the {@link AssembledEvent.FrameReady} of the frame
     * that starts an object. Until the first object of an epoch is durable, its reader must start at the epoch's first
     * record instead.
     */
    public Checkpoint checkpoint() {
        throw new UnsupportedOperationException("soon");
    }
}
