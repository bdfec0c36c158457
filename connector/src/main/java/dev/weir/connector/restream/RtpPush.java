package dev.weir.connector.restream;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import java.nio.channels.UnresolvedAddressException;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sends packets at the pace at which they arrived, on a thread of its own behind a bounded queue. When nobody listens it
 * drops, and tries again after a pause that doubles up to 30 s. {@link #offer} is for one thread and never blocks.
 */
final class RtpPush implements AutoCloseable {
    /**
     * A packet and where it goes.
     *
     * @param bytes RTP or RTCP, its own
     * @param track which port pair
     * @param rtcp which port of the pair
     * @param arrivalMicros when it arrived at the gateway
     */
    record Outgoing(ByteBuffer bytes, int track, boolean rtcp, long arrivalMicros) {}

    private static final Logger LOG = LoggerFactory.getLogger(RtpPush.class);
    private static final long FIRST_PAUSE_NANOS = Duration.ofSeconds(1).toNanos();
    private static final long LONGEST_PAUSE_NANOS = Duration.ofSeconds(30).toNanos();
    private static final long MOST_AHEAD_NANOS = Duration.ofSeconds(5).toNanos();
    private static final long STOP_MILLIS = 2_000;

    private final RestreamSettings settings;
    private final ArrayBlockingQueue<Outgoing> queue;
    private final Map<InetSocketAddress, DatagramChannel> channels = new HashMap<>();
    private final AtomicLong sent = new AtomicLong();
    private final AtomicLong dropped = new AtomicLong();
    private final Thread thread;
    private volatile boolean running = true;

    private boolean anchored;
    private long anchorNanos;
    private long anchorMicros;
    private long pauseNanos = FIRST_PAUSE_NANOS;
    private long silentUntilNanos;
    private boolean silent;

    RtpPush(RestreamSettings settings) {
        this.settings = settings;
        this.queue = new ArrayBlockingQueue<>(settings.queueCapacity());
        this.thread = new Thread(this::run, "weir-restream-" + settings.streamId());
        thread.setDaemon(true);
    }

    void start() {
        thread.start();
    }

    /** Queues a packet; false when the queue is full and the packet was dropped. */
    boolean offer(Outgoing packet) {
        boolean taken = queue.offer(packet);
        if (!taken) {
            dropped.incrementAndGet();
        }
        return taken;
    }

    long sent() {
        return sent.get();
    }

    long dropped() {
        return dropped.get();
    }

    private void run() {
        try {
            while (running) {
                Outgoing next = queue.poll(1, TimeUnit.SECONDS);
                if (next != null) {
                    waitUntilDue(next);
                    sendOrDrop(next);
                }
            }
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
        } finally {
            closeChannels();
        }
    }

    private void waitUntilDue(Outgoing packet) throws InterruptedException {
        long now = System.nanoTime();
        long due = anchorNanos + (packet.arrivalMicros - anchorMicros) * 1_000;
        if (!anchored || due - now > MOST_AHEAD_NANOS || now - due > MOST_AHEAD_NANOS) {
            anchored = true;
            anchorMicros = packet.arrivalMicros;
            anchorNanos = now + settings.latency().toNanos();
            due = anchorNanos;
        }
        if (due > now) {
            TimeUnit.NANOSECONDS.sleep(due - now);
        }
    }

    private void sendOrDrop(Outgoing packet) {
        long now = System.nanoTime();
        if (silent && now - silentUntilNanos < 0) {
            dropped.incrementAndGet();
            return;
        }
        try {
            channel(settings.target().address(packet.track, packet.rtcp)).write(packet.bytes);
            sent.incrementAndGet();
            if (silent && !packet.rtcp) {
                silent = false;
                LOG.info("stream={} target={} sending again", settings.streamId(), settings.target());
            }
            pauseNanos = sent.get() % 1_000 == 0 ? FIRST_PAUSE_NANOS : pauseNanos;
        } catch (IOException | UnresolvedAddressException failure) {
            if (packet.rtcp) {
                return; // many receivers do not open the RTCP port
            }
            dropped.incrementAndGet();
            closeChannels();
            LOG.warn(
                    "stream={} target={} not reachable ({}), next try in {} s",
                    settings.streamId(),
                    settings.target(),
                    failure.getClass().getSimpleName(),
                    TimeUnit.NANOSECONDS.toSeconds(pauseNanos));
            silent = true;
            silentUntilNanos = now + pauseNanos;
            pauseNanos = Math.min(2 * pauseNanos, LONGEST_PAUSE_NANOS);
        }
    }

    private DatagramChannel channel(InetSocketAddress address) throws IOException {
        DatagramChannel open = channels.get(address);
        if (open == null) {
            open = DatagramChannel.open();
            channels.put(address, open);
            open.connect(address);
        }
        return open;
    }

    private void closeChannels() {
        for (DatagramChannel channel : channels.values()) {
            try {
                channel.close();
            } catch (IOException harmless) {
                LOG.debug("closing a socket failed", harmless);
            }
        }
        channels.clear();
    }

    @Override
    public void close() {
        running = false;
        thread.interrupt();
        try {
            thread.join(STOP_MILLIS);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
