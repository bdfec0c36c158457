package dev.weir.gateway.mirror;

import dev.weir.gateway.facts.FactSink;
import dev.weir.schemas.ArchiveObject;
import dev.weir.schemas.FrameMeta;
import dev.weir.schemas.SessionEvent;
import dev.weir.schemas.StreamState;
import dev.weir.schemas.TrackStats;
import java.time.Duration;
import java.util.EnumSet;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
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
    private final Set<MetadataTopic> topics = EnumSet.noneOf(MetadataTopic.class);
    private final Supplier<Optional<Connection>> connection;
    private final MirrorCounters counters;
    private final ConcurrentLinkedQueue<List<? extends Supplier<? extends Record>>> queue =
            new ConcurrentLinkedQueue<>();
    private final AtomicInteger queued = new AtomicInteger();
    private final Map<String, StreamState> states = new ConcurrentHashMap<>();
    private final Map<String, Long> epochs = new LinkedHashMap<>();
    private final ArchiveMarks archive = new ArchiveMarks();
    private final Thread thread = new Thread(this::run, "weir-mirror-metadata");
    private int sentOfNext;
    private volatile boolean closing;

    MetadataLog(MetadataConfig config, Supplier<Optional<Connection>> connection, MirrorCounters counters) {
        this.config = config;
        topics.addAll(config.topics());
        this.connection = connection;
        this.counters = counters;
        thread.setDaemon(true);
    }

    void start() {
        thread.start();
    }

    @Override
    public void frames(List<? extends Supplier<FrameMeta>> frames) {
        add(MetadataTopic.FRAMES, frames);
    }

    @Override
    public void session(SessionEvent event) {
        add(MetadataTopic.SESSIONS, List.of(() -> event));
    }

    @Override
    public void stats(TrackStats tracked) {
        add(MetadataTopic.STATS, List.of(() -> tracked));
    }

    @Override
    public void stream(StreamState state) {
        if (topics.contains(MetadataTopic.STREAMS)) {
            states.merge(state.streamId(), state, (known, next) -> next.epoch() >= known.epoch() ? next : known);
        }
    }

    /** Takes what the archive has made durable, for the watermark of its stream. */
    void archived(ArchiveObject object, long nowMicros) {
        archive.archived(object, nowMicros).ifPresent(this::stream);
    }

    private void add(MetadataTopic topic, List<? extends Supplier<? extends Record>> records) {
        if (!topics.contains(topic)) {
            return;
        }
        if (queued.addAndGet(records.size()) > config.queueCapacity()) {
            queued.addAndGet(-records.size());
            counters.metadataDropped.add(records.size());
        } else {
            queue.add(records);
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
        if (sendQueued(kafka.metadata())) {
            sendStates(kafka.metadata());
        }
    }

    /** Returns whether Kafka took all of them. */
    private boolean sendQueued(MetadataProducer producer) {
        for (List<? extends Supplier<? extends Record>> next = queue.peek(); next != null; next = queue.peek()) {
            while (sentOfNext < next.size()) {
                if (!producer.send(MetadataRecord.of(next.get(sentOfNext).get()))) {
                    return false;
                }
                sentOfNext++;
            }
            queue.remove();
            queued.addAndGet(-next.size());
            sentOfNext = 0;
        }
        return true;
    }

    private void sendStates(MetadataProducer producer) {
        for (Iterator<StreamState> waiting = states.values().iterator(); waiting.hasNext(); ) {
            StreamState state = waiting.next();
            if (isCurrent(state) && !producer.send(MetadataRecord.of(archive.marked(state)))) {
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
