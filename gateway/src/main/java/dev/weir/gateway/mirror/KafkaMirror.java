package dev.weir.gateway.mirror;

import dev.weir.gateway.facts.SessionFacts;
import dev.weir.gateway.relay.StreamRelay;
import dev.weir.gateway.relay.Subscriber;
import dev.weir.gateway.relay.SubscriberFactory;
import dev.weir.gateway.session.SessionEvents;
import dev.weir.schemas.MetadataCodec;
import dev.weir.schemas.RestreamTarget;
import dev.weir.schemas.Topics;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.locks.LockSupport;
import java.util.function.IntSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Mirrors every stream into the media log. Publisher loops hand packets over without waiting; one thread of its own
 * cuts batches and sends them. Kafka may be away at any time: live forwarding goes on, memory stays bounded, and what
 * had to be left out is declared in the log.
 */
public final class KafkaMirror implements SubscriberFactory, AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(KafkaMirror.class);

    /** How often the mirror thread looks at the queues; a publisher never wakes it, that would cost a system call. */
    private static final Duration TICK = Duration.ofMillis(20);

    private static final Duration DRAIN_TICK = Duration.ofMillis(5);

    private static final Duration IDLE_TICK = Duration.ofMillis(200);

    private final MirrorConfig config;
    private final InstantSource clock;
    private final MirrorBuffer buffer;
    private final MirrorCounters counters = new MirrorCounters();
    private final KafkaLink link;
    private final MirrorWatch watch;
    private final MetadataLog metadata;
    private final RestreamTargets targets;
    private final List<TopicWatch<?>> watches = new ArrayList<>();
    private final EpochLog.Facts facts;
    private final FormerEpochs formers;
    private final MirrorTasks tasks = new MirrorTasks();
    private final List<EpochLog> logs = new CopyOnWriteArrayList<>();
    private final Thread thread;
    private long sampledNanos = System.nanoTime();
    private volatile boolean closing;

    /** Opens what the mirror writes to. Its methods may block, and may be called again after a failure. */
    @FunctionalInterface
    interface Connector {
        /** Connects; {@code unsettledFrom} tells by partition from where on a former producer's records may be. */
        Connection connect(MirrorBuffer buffer, MirrorCounters counters, Map<Integer, Long> unsettledFrom)
                throws Exception;

        /** Reaches Kafka by a client of its own, and mends the topics if it can; returns true, or tells what is wrong. */
        default boolean check() throws Exception {
            return true;
        }

        /** Returns the epochs in the log that are not over. */
        default List<UnfinishedEpoch> unfinished() throws Exception {
            return List.of();
        }

        /** Returns what reads a topic of others, not started yet; empty when nothing does. */
        default <R extends Record> Optional<TopicWatch<R>> watch(
                String topic, MetadataCodec<R> codec, TopicWatch.Start start, TopicWatch.Listener<R> listener) {
            return Optional.empty();
        }
    }

    /** Creates the mirror; {@link #start} starts it. */
    public KafkaMirror(MirrorConfig config) {
        this(config, new KafkaConnector(config), InstantSource.system());
    }

    KafkaMirror(MirrorConfig config, Connector connector, InstantSource clock) {
        this.config = config;
        this.clock = clock;
        this.buffer = new MirrorBuffer(config.bufferBytes());
        this.link = new KafkaLink(connector, buffer, counters);
        this.watch = new MirrorWatch(link, counters);
        this.metadata = new MetadataLog(config.metadata(), link::current, counters);
        this.targets = new RestreamTargets(clock);
        if (config.metadata().topics().contains(MetadataTopic.STREAMS)) {
            connector
                    .watch(Topics.ARCHIVE, MetadataCodec.archive(), TopicWatch.Start.END, metadata::archived)
                    .ifPresent(watches::add);
            connector
                    .watch(Topics.RESTREAM, MetadataCodec.restream(), TopicWatch.Start.BEGINNING, targets)
                    .ifPresent(watches::add);
        }
        this.facts = new EpochLog.Facts(metadata, new SessionFacts(metadata));
        this.formers = new FormerEpochs(connector, link::aside, metadata, clock);
        this.thread = new Thread(this::run, "weir-mirror");
        this.thread.setDaemon(true);
    }

    /** Starts the mirror thread; returns at once, whether Kafka is there or not. */
    public void start() {
        thread.start();
        metadata.start();
        watches.forEach(TopicWatch::start);
    }

    /** Returns what wants to hear of every session, for the metadata topics. */
    public SessionEvents sessionEvents() {
        return facts.sessions();
    }

    /** Returns the targets that the stream is restreamed to, by name; any thread. */
    public List<RestreamTarget> targets(String streamId) {
        return targets.of(streamId);
    }

    @Override
    public Subscriber subscribe(StreamRelay stream) {
        return add(stream.id(), stream::requestKeyframe, stream::subscriberCount);
    }

    StreamMirror add(String streamId, Runnable requestKeyframe, IntSupplier viewers) {
        StreamMirror mirror = new StreamMirror(streamId, requestKeyframe, viewers, config, buffer, counters, clock);
        logs.add(new EpochLog(mirror, config, facts, formers, tasks));
        LockSupport.unpark(thread);
        return mirror;
    }

    /** Returns how the mirror is doing; any thread. */
    public MirrorHealth health() {
        return closing ? new MirrorHealth(MirrorHealth.State.CLOSED, "") : watch.health(System.nanoTime());
    }

    /** Returns the counters; any thread. */
    public MirrorStats stats() {
        return counters.stats(logs.size(), buffer.usedBytes());
    }

    private void run() {
        while (!closing) {
            try {
                turn();
            } catch (RuntimeException e) {
                LOG.error("mirror turn failed, going on", e);
            }
            LockSupport.parkNanos((logs.isEmpty() ? IDLE_TICK : TICK).toNanos());
        }
        drain();
    }

    private void turn() {
        long nowNanos = System.nanoTime();
        Optional<Connection> connection = link.producer(nowNanos);
        // Behind it: what a former producer left unsettled is known before the next one writes.
        tasks.runAll();
        if (connection.isPresent()) {
            long nowMicros = StreamMirror.microsOf(clock);
            formers.turn(connection.get().media(), nowNanos);
            for (EpochLog log : logs) {
                log.pump(connection.get().media(), nowMicros);
            }
            logs.removeIf(EpochLog::finished);
            if (nowNanos - sampledNanos >= config.metadata().statsInterval().toNanos()) {
                sampledNanos = nowNanos;
                facts.sessions().sample(nowMicros);
            }
        }
        watch.onTurn(nowNanos);
    }

    private void drain() {
        long deadlineNanos = System.nanoTime() + config.closeTimeout().toNanos();
        while (!logs.isEmpty() && System.nanoTime() - deadlineNanos < 0) {
            Optional<Connection> current = link.producer(System.nanoTime());
            tasks.runAll();
            current.ifPresent(connection -> {
                formers.turn(connection.media(), System.nanoTime());
                for (EpochLog log : logs) {
                    log.end(connection.media(), "gateway-closed", StreamMirror.microsOf(clock));
                }
            });
            logs.removeIf(EpochLog::finished);
            LockSupport.parkNanos(DRAIN_TICK.toNanos());
        }
        watches.forEach(TopicWatch::close);
        metadata.close(left(deadlineNanos));
        link.close(left(deadlineNanos));
        if (buffer.usedBytes() > 0) {
            LOG.warn("mirror closed with bytes={} that Kafka did not acknowledge", buffer.usedBytes());
        }
    }

    private static Duration left(long deadlineNanos) {
        return Duration.ofNanos(Math.max(0, deadlineNanos - System.nanoTime()));
    }

    /** Sends what is buffered, waits for the acknowledgements up to the close timeout, ends the thread. Idempotent. */
    @Override
    public void close() {
        closing = true;
        LockSupport.unpark(thread);
        if (thread.getState() == Thread.State.NEW) {
            return;
        }
        try {
            thread.join(config.closeTimeout().plusSeconds(2).toMillis());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
