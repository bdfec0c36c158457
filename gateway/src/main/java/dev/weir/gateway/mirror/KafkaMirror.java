package dev.weir.gateway.mirror;

/**
 * Mirrors every stream into the media log. Publisher loops hand packets over without waiting; one thread of its own
 * cuts batches and sends them. Kafka may be away at any time: live forwarding goes on, memory stays bounded, and what
 * had to be left out is declared in the log.
 */
@SuppressWarnings("DoNotCallSuggester")
public final class KafkaMirror implements AutoCloseable {

    private final MirrorConfig config;

    /** Creates the mirror; {@link #start} starts it. */
    public KafkaMirror(MirrorConfig config) {
        this.config = config;
    }

    /** Starts the mirror thread; returns at once, whether Kafka is there or not. */
    public void start() {
        throw new UnsupportedOperationException(config.topic());
    }

    /** Returns how the mirror is doing; any thread. */
    public MirrorHealth health() {
        return new MirrorHealth(MirrorHealth.State.CONNECTING, "");
    }

    /** Returns the counters; any thread. */
    public MirrorStats stats() {
        return new MirrorStats(0, 0, 0, 0, 0, 0, 0, 0);
    }

    /** Sends what is buffered, waits for the acknowledgements up to the close timeout, ends the thread. Idempotent. */
    @Override
    public void close() {}
}
