package dev.weir.gateway.mirror;

import dev.weir.gateway.facts.FactSink;
import dev.weir.schemas.ArchiveObject;
import dev.weir.schemas.FrameMeta;
import dev.weir.schemas.FrameType;
import dev.weir.schemas.SessionEvent;
import dev.weir.schemas.StreamState;
import dev.weir.schemas.TrackStats;
import java.time.Duration;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes the metadata topics on a thread of its own, so that nothing here can hold up media. Anybody may hand records
 * over; they wait in a bounded queue while Kafka is away, and beyond its bound new ones are dropped and counted.
 */
final class MetadataLog implements FactSink {
    private static final Logger LOG = LoggerFactory.getLogger(MetadataLog.class);
    private static final Duration TICK = Duration.ofMillis(20);
    private static final int STREAMS_REMEMBERED = 100_000;

    private final MetadataConfig config;
    private final Supplier<Optional<Connection>> connection;
    private final MirrorCounters counters;
    private final ConcurrentLinkedQueue<MetadataRecord> queue = new ConcurrentLinkedQueue<>();
    private final AtomicInteger queued = new AtomicInteger();
    private final Map<String, StreamState> states = new ConcurrentHashMap<>();
    private final Map<String, Long> epochs = new LinkedHashMap<>();
    private final ArchiveMarks archive = new ArchiveMarks();
    private final Thread thread = new Thread(this::run, "weir-mirror-metadata");
    private volatile boolean closing;

    MetadataLog(MetadataConfig config, Supplier<Optional<Connection>> connection, MirrorCounters counters) {
        this.config = config;
        this.connection = connection;
        this.counters = counters;
        thread.setDaemon(true);
    }

    void start() {
        thread.start();
    }

    @Override
    public void frame(FrameMeta frame) {
        add(new MetadataRecord(
                MetadataTopic.FRAMES,
                frame.streamId(),
                frame.payloadPartition(),
                frame.lastArrivalMicros(),
                frame.frameType() == FrameType.KEY,
                frame));
    }

    @Override
    public void session(SessionEvent event) {
        add(new MetadataRecord(MetadataTopic.SESSIONS, event.sessionId(), -1, event.atMicros(), false, event));
    }

    @Override
    public void stats(TrackStats tracked) {
        add(new MetadataRecord(
                MetadataTopic.STATS, tracked.sessionId(), -1, tracked.intervalEndMicros(), false, tracked));
    }

    @Override
    public void stream(StreamState state) {
        if (config.topics().contains(MetadataTopic.STREAMS)) {
            states.merge(state.streamId(), state, (known, next) -> next.epoch() >= known.epoch() ? next : known);
        }
    }

    /** Takes what the archive has made durable, for the watermark of its stream. */
    void archived(ArchiveObject object, long nowMicros) {
        archive.archived(object, nowMicros).ifPresent(this::stream);
    }

    private void add(MetadataRecord record) {
        if (!config.topics().contains(record.topic())) {
            return;
        }
        if (queued.incrementAndGet() > config.queueCapacity()) {
            queued.decrementAndGet();
            counters.metadataDropped.increment();
        } else {
            queue.add(record);
        }
    }

    private void run() {
        while (!closing) {
            try {
                connection.get().ifPresent(this::pump);
            } catch (RuntimeException e) {
                LOG.error("metadata turn failed, going on", e);
            }
            LockSupport.parkNanos(TICK.toNanos());
        }
    }

    /** Sends what waits, as far as Kafka takes it. Metadata thread, and once more at the end. */
    private synchronized void pump(Connection kafka) {
        for (MetadataRecord next = queue.peek(); next != null; next = queue.peek()) {
            if (!kafka.metadata().send(next)) {
                return;
            }
            queue.remove();
            queued.decrementAndGet();
        }
        for (Iterator<StreamState> waiting = states.values().iterator(); waiting.hasNext(); ) {
            StreamState state = waiting.next();
            if (isCurrent(state) && !kafka.metadata().send(record(archive.marked(state)))) {
                return;
            }
            states.remove(state.streamId(), state);
        }
    }

    /** The end of a former epoch may come late, when the next one has been told already. */
    private boolean isCurrent(StreamState state) {
        if (state.epoch() < epochs.getOrDefault(state.streamId(), 0L)) {
            return false;
        }
        epochs.put(state.streamId(), state.epoch());
        if (epochs.size() > STREAMS_REMEMBERED) {
            epochs.remove(epochs.keySet().iterator().next());
        }
        return true;
    }

    private static MetadataRecord record(StreamState state) {
        return new MetadataRecord(MetadataTopic.STREAMS, state.streamId(), -1, state.updatedMicros(), false, state);
    }

    /** Sends what is left and ends the thread; waits at most {@code timeout}. The connection stays open. */
    void close(Duration timeout) {
        closing = true;
        LockSupport.unpark(thread);
        if (thread.getState() == Thread.State.NEW) {
            return;
        }
        try {
            thread.join(Math.max(1, timeout.toMillis()));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        if (!thread.isAlive()) {
            connection.get().ifPresent(this::pump);
        }
    }
}
