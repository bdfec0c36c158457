package dev.weir.gateway.mirror;

import dev.weir.gateway.relay.StreamRelay;
import dev.weir.gateway.relay.Subscriber;
import dev.weir.gateway.relay.SubscriberFactory;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.locks.LockSupport;
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
    private static final Duration TICK = Duration.ofMillis(10);

    private static final Duration IDLE_TICK = Duration.ofMillis(200);

    private final MirrorConfig config;
    private final InstantSource clock;
    private final MirrorBuffer buffer;
    private final MirrorCounters counters = new MirrorCounters();
    private final KafkaLink link;
    private final MirrorWatch watch;
    private final List<EpochLog> logs = new CopyOnWriteArrayList<>();
    private final Thread thread;
    private volatile boolean closing;

    /** Opens what the mirror writes to; may block and may be called again after a failure. */
    @FunctionalInterface
    interface Connector {
        LogProducer connect(MirrorBuffer buffer, MirrorCounters counters) throws Exception;
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
        this.thread = new Thread(this::run, "weir-mirror");
        this.thread.setDaemon(true);
    }

    /** Starts the mirror thread; returns at once, whether Kafka is there or not. */
    public void start() {
        thread.start();
    }

    @Override
    public Subscriber subscribe(StreamRelay stream) {
        return add(stream.id(), stream::requestKeyframe);
    }

    StreamMirror add(String streamId, Runnable requestKeyframe) {
        StreamMirror mirror = new StreamMirror(streamId, requestKeyframe, config, buffer, counters, clock);
        logs.add(new EpochLog(mirror, config));
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
        Optional<LogProducer> producer = link.producer(nowNanos);
        if (producer.isPresent()) {
            long nowMicros = StreamMirror.microsOf(clock);
            for (EpochLog log : logs) {
                log.pump(producer.get(), nowMicros);
            }
            logs.removeIf(EpochLog::finished);
        }
        watch.onTurn(nowNanos);
    }

    private void drain() {
        long deadlineNanos = System.nanoTime() + config.closeTimeout().toNanos();
        while (!logs.isEmpty() && System.nanoTime() - deadlineNanos < 0) {
            link.producer(System.nanoTime()).ifPresent(producer -> {
                for (EpochLog log : logs) {
                    log.end(producer, "gateway-closed", StreamMirror.microsOf(clock));
                }
            });
            logs.removeIf(EpochLog::finished);
            LockSupport.parkNanos(TICK.toNanos());
        }
        link.close(Duration.ofNanos(Math.max(0, deadlineNanos - System.nanoTime())));
        if (buffer.usedBytes() > 0) {
            LOG.warn("mirror closed with bytes={} that Kafka did not acknowledge", buffer.usedBytes());
        }
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
