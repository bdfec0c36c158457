package dev.weir.gateway;

import dev.weir.gateway.access.AccessConfig;
import dev.weir.gateway.access.StaticToken;
import dev.weir.gateway.access.Token;
import dev.weir.gateway.session.Caller;
import dev.weir.webrtc.client.ClientConfig;
import dev.weir.webrtc.client.ClientException;
import dev.weir.webrtc.client.ClientTrack;
import dev.weir.webrtc.client.WhepClient;
import dev.weir.webrtc.client.WhepListener;
import dev.weir.webrtc.client.WhipClient;
import dev.weir.webrtc.client.WhipListener;
import dev.weir.webrtc.codec.Codec;
import dev.weir.webrtc.net.EventLoopGroup;
import dev.weir.webrtc.net.NetConfig;
import dev.weir.webrtc.net.Niceness;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Warms a process up: a gateway of its own on loopback, one publisher and viewers that come and go, by HTTP, ICE, DTLS and SRTP as
 * real ones do. The code of a join is large and runs seldom; cold, 200 joins take three times as long, most of it in the
 * interpreter and the compilers. One rehearsal an object.
 */
public final class Rehearsal implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Rehearsal.class);
    private static final Duration LIMIT = Duration.ofSeconds(30);
    private static final Duration PATIENCE = Duration.ofSeconds(5);
    private static final int JOINING_AT_A_TIME = 4;
    private static final int WATCHING_AT_A_TIME = 64;
    private static final List<ClientTrack> TRACKS = List.of(ClientTrack.of(Codec.H264), ClientTrack.of(Codec.OPUS));

    private final int joins;
    private final BooleanSupplier wanted;
    private final Semaphore joining = new Semaphore(JOINING_AT_A_TIME);
    private final ConcurrentLinkedQueue<WhepClient> watching = new ConcurrentLinkedQueue<>();
    private final AtomicInteger joined = new AtomicInteger();
    private final Thread background = new Thread(this::runNicely, "weir-rehearsal");
    private volatile String obstacle = "";

    /**
     * Does nothing yet.
     *
     * @param joins viewers, one after the other, four at a time
     * @param wanted whether the processors are wanted for real clients: then it ends at once
     */
    public Rehearsal(int joins, BooleanSupplier wanted) {
        this.joins = joins;
        this.wanted = wanted;
    }

    /** Begins on a thread of its own, at low priority. */
    Rehearsal begin() {
        background.setDaemon(true);
        background.start();
        return this;
    }

    private void runNicely() {
        // Whatever this thread starts is as nice as itself.
        boolean nice = Niceness.raise(Niceness.BACKGROUND);
        long begun = System.nanoTime();
        try {
            int done = run();
            LOG.info(
                    "warmed up joins={} seconds={}{}{}",
                    done,
                    String.format(Locale.ROOT, "%.1f", (System.nanoTime() - begun) / 1e9),
                    nice ? "" : " at usual priority",
                    obstacle.isEmpty() ? "" : " ended early: " + obstacle);
        } catch (IOException | ClientException e) {
            LOG.info("not warmed up: {}", e.getMessage());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /**
     * Plays it through on the calling thread; returns how many viewers joined. Takes some three seconds the first time in a
     * process, and is cut off after half a minute.
     *
     * @throws IOException when there is no port on loopback
     * @throws ClientException when the publisher did not connect
     */
    public int run() throws IOException, ClientException, InterruptedException {
        InetAddress loopback = InetAddress.getLoopbackAddress();
        String token = Token.random();
        ServerConfig config = ServerConfig.builder()
                .bindAddress(new InetSocketAddress(loopback, 0))
                .udpPort(0)
                .eventLoops(Math.min(2, Runtime.getRuntime().availableProcessors()))
                .access(AccessConfig.UNSET.withToken(
                        new StaticToken("rehearsal", Token.sha256(token), Caller.EVERYTHING)))
                .build();
        ClientConfig client = ClientConfig.create().withBearerToken(token);
        ExecutorService viewers = Executors.newFixedThreadPool(JOINING_AT_A_TIME);
        try (WhipServer server = new WhipServer(config, false);
                EventLoopGroup loops = new EventLoopGroup(NetConfig.of(List.of(new InetSocketAddress(loopback, 0)))
                        .withLoops(1))) {
            server.start();
            loops.start();
            InetSocketAddress http = server.httpAddress();
            try (WhipClient publisher =
                    WhipClient.publish(endpoint(http, "whip"), TRACKS, loops.next(), new WhipListener() {}, client)) {
                publisher.awaitConnected(PATIENCE);
                URI whep = endpoint(http, "whep");
                play(new RehearsedMedia(publisher), () -> viewers.execute(() -> join(whep, loops, client)));
            } finally {
                viewers.shutdownNow();
                boolean unused = viewers.awaitTermination(PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
            }
        }
        return joined.get();
    }

    private static URI endpoint(InetSocketAddress http, String protocol) {
        return URI.create(GatewayCommand.url("http", http) + protocol + "/rehearsal");
    }

    /** Sends pictures in real time and has a viewer join whenever there is room. */
    private void play(RehearsedMedia media, Runnable join) throws InterruptedException {
        long begun = System.nanoTime();
        int begunJoins = 0;
        while (begunJoins < joins && !isOver(begun)) {
            long due = media.sendDue(System.nanoTime());
            if (joining.tryAcquire(due - System.nanoTime(), TimeUnit.NANOSECONDS)) {
                begunJoins++;
                join.run();
            }
        }
        while (joining.availablePermits() < JOINING_AT_A_TIME && !isOver(begun)) {
            long due = media.sendDue(System.nanoTime());
            TimeUnit.NANOSECONDS.sleep(due - System.nanoTime());
        }
    }

    private boolean isOver(long begunNanos) {
        if (wanted.getAsBoolean()) {
            end("a client came");
        } else if (System.nanoTime() - begunNanos > LIMIT.toNanos()) {
            end("too slow");
        }
        return !obstacle.isEmpty();
    }

    /** The first reason counts: what is cut off then fails for that. */
    private synchronized void end(String reason) {
        if (obstacle.isEmpty()) {
            obstacle = reason;
        }
    }

    private void join(URI whep, EventLoopGroup loops, ClientConfig client) {
        CountDownLatch first = new CountDownLatch(1);
        try {
            WhepClient viewer = WhepClient.view(
                    whep,
                    TRACKS,
                    loops.next(),
                    new WhepListener() {
                        @Override
                        public void onRtp(int track, ByteBuffer packet, long extendedSequence, long nowNanos) {
                            first.countDown();
                        }
                    },
                    client);
            watching.add(viewer);
            if (first.await(PATIENCE.toMillis(), TimeUnit.MILLISECONDS)) {
                joined.incrementAndGet();
            }
            WhepClient eldest = watching.size() > WATCHING_AT_A_TIME ? watching.poll() : null;
            if (eldest != null) {
                eldest.close();
            }
        } catch (ClientException e) {
            end("a join failed: " + e.getMessage());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            joining.release();
        }
    }

    /** Ends it, and waits until what it opened is closed. Idempotent. */
    @Override
    public void close() {
        end("stopped");
        try {
            background.join(PATIENCE.toMillis());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
