package dev.weir.connector.restream;

import dev.weir.schemas.RelayBatch;
import dev.weir.schemas.TargetState;
import java.io.IOException;
import java.security.SecureRandom;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Pushes one stream to one receiver, for ever: connects, sends what is due, and begins again after a pause when that fails.
 * {@link #add} is for one thread and never blocks; sending happens on a thread of its own, and another one breaks it off
 * when the receiver takes nothing.
 */
public final class Restream implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Restream.class);
    private static final long TICK_NANOS = TimeUnit.MILLISECONDS.toNanos(20);
    private static final long PROVEN_NANOS = TimeUnit.SECONDS.toNanos(10);
    private static final long IDLE_NANOS = TimeUnit.SECONDS.toNanos(10);
    private static final long STOP_MILLIS = 8_000;

    private final RestreamSettings settings;
    private final TargetOpener opener;
    private final LongSupplier wallMicros;
    private final BatchQueue queue;
    private final LogPosition position;
    private final BackOff backOff;
    private final SendWatch watch;
    private final RestreamCounters counters = new RestreamCounters();
    private final Thread thread;
    private volatile boolean running = true;

    private @Nullable TargetConnection connection;
    private long connectedNanos;
    private long lastSentNanos;
    private long retryNanos;
    private boolean retrying;
    private long sentEpoch;
    private boolean accepted;

    /**
     * Creates a restream that is not started.
     *
     * @param wallMicros the wall clock, microseconds since 1970
     */
    public Restream(RestreamSettings settings, TargetOpener opener, LongSupplier wallMicros) {
        this.settings = settings;
        this.opener = opener;
        this.wallMicros = wallMicros;
        this.queue = new BatchQueue(settings.bufferBytes());
        this.position = new LogPosition(settings, queue);
        this.backOff = new BackOff(settings.firstPause(), settings.longestPause(), new SecureRandom());
        this.watch = new SendWatch(settings);
        this.thread = new Thread(this::run, "weir-restream-" + settings.streamId());
        thread.setDaemon(true);
    }

    /** Starts. */
    public void start() {
        LOG.info("stream={} target={} restream started", settings.streamId(), settings.target());
        thread.start();
        watch.start();
    }

    /**
     * Takes a record of the log; those of other streams are passed over.
     *
     * @param bytes its size
     */
    public void add(RelayBatch batch, int partition, long offset, int bytes) {
        if (batch.streamId().equals(settings.streamId())) {
            queue.add(new LoggedBatch(batch, partition, offset, bytes));
        }
    }

    /** Tells whether the reader should pause; it may go on when {@link #isHalfEmpty}. */
    public boolean isFull() {
        return queue.isFull();
    }

    /** Tells whether half of the buffer is free again. */
    public boolean isHalfEmpty() {
        return queue.isHalfEmpty();
    }

    /** Returns, by partition, the offset of the first record that is neither sent nor passed over; without any it is left out. */
    public Map<Integer, Long> waiting() {
        return queue.waiting();
    }

    /** Returns what it does right now. From any thread. */
    public RestreamStatus status() {
        return counters.status(queue.bytes());
    }

    private void run() {
        try {
            while (running) {
                step();
            }
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
        } finally {
            disconnect();
            counters.state(TargetState.STOPPED);
        }
    }

    private void step() throws InterruptedException {
        position.advance(wallMicros.getAsLong());
        counters.passedOver(position.passedOver(), position.skips());
        TargetConnection open = connection;
        if (open == null) {
            connectWhenDue();
            return;
        }
        try {
            watch.begin(open);
            open.tick();
            watch.end();
            sendNext(open);
            counters.sent(open.bytesSent(), System.nanoTime());
        } catch (MediaChangedException change) {
            LOG.info(
                    "stream={} target={} new connection: {}",
                    settings.streamId(),
                    settings.target(),
                    change.getMessage());
            disconnect();
            retrying = false;
        } catch (IOException failure) {
            fail(failure);
        } finally {
            watch.end();
        }
    }

    private void sendNext(TargetConnection open) throws IOException, InterruptedException {
        Optional<LoggedBatch> next = position.next(TICK_NANOS);
        long nowNanos = System.nanoTime();
        if (next.isEmpty()) {
            if (nowNanos - lastSentNanos > IDLE_NANOS) {
                LOG.info("stream={} target={} no media: disconnects", settings.streamId(), settings.target());
                disconnect();
                counters.state(TargetState.WAITING_FOR_MEDIA);
            } else if (!position.isFound()) {
                TimeUnit.NANOSECONDS.sleep(TICK_NANOS);
            }
            return;
        }
        LoggedBatch logged = next.get();
        long early = position.dueMicros(logged.batch()) - wallMicros.getAsLong();
        if (early > 0) {
            TimeUnit.NANOSECONDS.sleep(Math.min(TICK_NANOS, TimeUnit.MICROSECONDS.toNanos(early)));
            return;
        }
        boolean current = position.done();
        if (current) {
            send(open, logged);
            lastSentNanos = System.nanoTime();
        }
    }

    private void send(TargetConnection open, LoggedBatch logged) throws IOException, InterruptedException {
        RelayBatch batch = logged.batch();
        watch.begin(open);
        if (position.skipped()) {
            open.skipped();
        }
        if (batch.epoch() != sentEpoch) {
            sentEpoch = batch.epoch();
            open.send(position.before(batch), logged.offset());
        }
        open.send(batch, logged.offset());
        watch.end();
        if (!accepted && open.isAccepted()) {
            accepted = true;
            counters.connected();
            LOG.info("stream={} target={} connected", settings.streamId(), settings.target());
        }
        counters.delay(wallMicros.getAsLong() - batch.firstArrivalMicros());
        if (System.nanoTime() - connectedNanos > PROVEN_NANOS) {
            backOff.reset();
        }
    }

    private void connectWhenDue() throws InterruptedException {
        long nowNanos = System.nanoTime();
        if (!position.isFound() || (retrying && nowNanos - retryNanos < 0)) {
            TimeUnit.NANOSECONDS.sleep(TICK_NANOS);
            return;
        }
        counters.state(TargetState.CONNECTING);
        try {
            TargetConnection opened = opener.open();
            connection = opened;
            connectedNanos = System.nanoTime();
            lastSentNanos = connectedNanos;
            sentEpoch = -1;
            accepted = false;
            position.rewind(wallMicros.getAsLong());
        } catch (IOException failure) {
            fail(failure);
        }
    }

    private void fail(IOException failure) {
        String cause = watch.cause(failure);
        long pause = backOff.next();
        retrying = true;
        retryNanos = System.nanoTime() + pause;
        disconnect();
        counters.failed(cause);
        LOG.warn(
                "stream={} target={} failed: {}; next try in {} ms",
                settings.streamId(),
                settings.target(),
                cause,
                TimeUnit.NANOSECONDS.toMillis(pause));
    }

    private void disconnect() {
        TargetConnection open = connection;
        connection = null;
        if (open != null) {
            counters.sent(open.bytesSent(), System.nanoTime());
            watch.begin(open);
            open.close();
            watch.end();
            counters.closed();
        }
    }

    /** Ends the connection and the threads; what waits is not sent. Idempotent. */
    @Override
    public void close() {
        running = false;
        watch.close();
        thread.interrupt();
        try {
            thread.join(STOP_MILLIS);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
        RestreamStatus last = status();
        LOG.info(
                "stream={} target={} restream stopped bytes={} connects={} failures={} passedOver={}",
                settings.streamId(),
                settings.target(),
                last.bytesSent(),
                last.connects(),
                last.failures(),
                last.batchesSkipped());
    }
}
