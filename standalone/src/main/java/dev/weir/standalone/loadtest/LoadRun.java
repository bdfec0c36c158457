package dev.weir.standalone.loadtest;

import dev.weir.gateway.Rehearsal;
import dev.weir.webrtc.client.ClientConfig;
import dev.weir.webrtc.client.ClientException;
import dev.weir.webrtc.client.WhepClient;
import dev.weir.webrtc.client.WhipClient;
import dev.weir.webrtc.client.WhipListener;
import dev.weir.webrtc.net.EventLoopGroup;
import dev.weir.webrtc.net.NetConfig;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;

/** Does what a {@link LoadPlan} says and measures. One run. */
public final class LoadRun implements AutoCloseable {
    private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(30);
    private static final int JOINING_AT_A_TIME = 64;
    private static final long IDLE_NANOS = 10_000_000;
    private static final int REHEARSED_JOINS = 200;
    private static final AtomicBoolean WARM = new AtomicBoolean();

    private final LoadPlan plan;
    private final ClientConfig client;
    private final EventLoopGroup publishing = loops();
    private final EventLoopGroup watching = loops();
    private final Audience audience = new Audience();
    private final List<WhipClient> publishers = new ArrayList<>();
    private final List<SyntheticStream> streams = new CopyOnWriteArrayList<>();
    private final AtomicInteger keyframeRequests = new AtomicInteger();
    private final ConcurrentLinkedQueue<WhepClient> viewers = new ConcurrentLinkedQueue<>();
    private final Thread sender = new Thread(this::send, "load-publisher");
    private long beganNanos;
    private volatile boolean stopped;

    /** Opens nothing yet. */
    public LoadRun(LoadPlan plan) {
        this.plan = plan;
        this.client = ClientConfig.create().withBearerToken(plan.token()).withSrtpProfiles(plan.profiles());
    }

    /** Viewers and publishers have a loop each, so that the queue of one adds little to what the other measures. */
    private static EventLoopGroup loops() {
        return new EventLoopGroup(NetConfig.of(List.of(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0)))
                .withLoops(1));
    }

    /**
     * Publishes, joins, warms up, measures.
     *
     * @param progress hears what is under way
     * @throws ClientException when a publisher is refused; a refused viewer is counted
     * @throws IOException when the process to look at cannot be seen
     */
    public LoadReport measure(Consumer<String> progress) throws IOException, ClientException, InterruptedException {
        progress.accept("warming this tool up");
        warmUp();
        publishing.start();
        watching.start();
        progress.accept("publishing");
        publish();
        join(progress);
        progress.accept("warming up");
        TimeUnit.NANOSECONDS.sleep(plan.warmUp().toNanos());
        progress.accept("measuring");
        return report();
    }

    /** What its own cold code costs is no fault of the server. */
    private static void warmUp() throws IOException, ClientException, InterruptedException {
        if (WARM.compareAndSet(false, true)) {
            new Rehearsal(REHEARSED_JOINS, () -> false).run();
        }
    }

    private void publish() throws ClientException, InterruptedException {
        beganNanos = System.nanoTime();
        SplittableRandom random = new SplittableRandom(plan.seed());
        for (int i = 0; i < plan.publishers(); i++) {
            WhipClient publisher = WhipClient.publish(
                    plan.whip(i), SyntheticStream.tracks(plan), publishing.next(), new Encoder(i), client);
            publishers.add(publisher);
            publisher.awaitConnected(CONNECT_TIMEOUT);
        }
        if (plan.silent() || publishers.isEmpty()) {
            return;
        }
        long begin = System.nanoTime();
        for (WhipClient publisher : publishers) {
            // Pictures of different publishers fall on different times.
            long phase = random.nextLong(33_000_000);
            streams.add(new SyntheticStream(publisher, plan.kbps(), plan.keyframes(), random.split(), begin + phase));
        }
        sender.setDaemon(true);
        sender.start();
    }

    /** Answers the requests for keyframes of one publisher; before it sends there is nothing to ask for. */
    private final class Encoder implements WhipListener {
        private final int number;

        Encoder(int number) {
            this.number = number;
        }

        @Override
        public void onKeyframeRequest(int track) {
            keyframeRequests.incrementAndGet();
            if (number < streams.size()) {
                streams.get(number).requestKeyframe();
            }
        }
    }

    /** Sends for all publishers in real time. */
    private void send() {
        while (!stopped) {
            long now = System.nanoTime();
            long next = now + IDLE_NANOS;
            for (SyntheticStream stream : streams) {
                long due = stream.sendDue(now);
                next = due - next < 0 ? due : next;
            }
            long wait = next - System.nanoTime();
            if (wait > 0) {
                LockSupport.parkNanos(wait);
            }
        }
    }

    private void join(Consumer<String> progress) throws InterruptedException {
        ExecutorService joining =
                Executors.newFixedThreadPool(Math.min(JOINING_AT_A_TIME, Math.max(1, plan.viewers())));
        SplittableRandom random = new SplittableRandom(plan.seed());
        long due = System.nanoTime();
        for (int i = 0; i < plan.viewers(); i++) {
            int number = i;
            due += (long) (-Math.log(1 - random.nextDouble()) * 1e9 / plan.joinsPerSecond());
            long wait = due - System.nanoTime();
            if (wait > 0) {
                TimeUnit.NANOSECONDS.sleep(wait);
            }
            joining.execute(() -> join(number));
            progress.accept("joining " + (i + 1) + "/" + plan.viewers());
        }
        joining.shutdown();
        boolean unused = joining.awaitTermination(2 * CONNECT_TIMEOUT.toMillis(), TimeUnit.MILLISECONDS);
    }

    private void join(int number) {
        long posted = System.nanoTime();
        LoadViewer viewer = new LoadViewer(audience, posted);
        try {
            WhepClient watcher =
                    WhepClient.view(plan.whep(number), SyntheticStream.tracks(plan), watching.next(), viewer, client);
            audience.answered.recordValue(System.nanoTime() - posted);
            viewers.add(watcher);
            watcher.awaitConnected(CONNECT_TIMEOUT);
        } catch (ClientException e) {
            audience.onRefused(String.valueOf(e.getMessage()));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private LoadReport report() throws IOException, InterruptedException {
        Percentiles answered = Audience.percentiles(audience.answered);
        long in = packetsIn();
        long out = packetsOut();
        long bytes = bytesOut();
        Duration own = ProcessUsage.of(ProcessHandle.current().pid()).cpu();
        Duration server = serverUsage().cpu();
        long began = System.nanoTime();
        Percentiles latency = latencyDuring(plan.duration());
        double seconds = (System.nanoTime() - began) / 1e9;
        ProcessUsage after = serverUsage();
        return new LoadReport(
                plan,
                seconds,
                (int) viewers.stream().filter(WhepClient::isConnected).count(),
                audience.refused.get(),
                audience.closed.get(),
                audience.complaint(),
                viewers.stream().findFirst().flatMap(WhepClient::srtpProfile).orElse("none"),
                packetsIn() - in,
                packetsOut() - out,
                bytesOut() - bytes,
                viewers.stream().mapToLong(viewer -> viewer.stats().missing()).sum(),
                publishing.clientKernelDrops() + watching.clientKernelDrops(),
                viewers.stream().mapToLong(viewer -> viewer.stats().recovered()).sum(),
                latency,
                answered,
                Audience.percentiles(audience.firstPacket),
                Audience.percentiles(audience.keyframe),
                keyframeRequests.get(),
                (System.nanoTime() - beganNanos) / 1e9,
                plan.process().isPresent() ? after.cpu().minus(server).toNanos() : -1,
                after.residentBytes(),
                ProcessUsage.of(ProcessHandle.current().pid()).cpu().minus(own).toNanos());
    }

    /** Watches for so long and returns how long packets were under way meanwhile; after {@link #measure} too. */
    Percentiles latencyDuring(Duration duration) throws InterruptedException {
        audience.latency.reset();
        TimeUnit.NANOSECONDS.sleep(duration.toNanos());
        return Audience.percentiles(audience.latency);
    }

    private ProcessUsage serverUsage() throws IOException {
        return plan.process().isPresent()
                ? ProcessUsage.of(plan.process().getAsLong())
                : new ProcessUsage(Duration.ZERO, 0);
    }

    private long packetsIn() {
        return publishers.stream()
                .mapToLong(publisher -> publisher.stats().packetsSent())
                .sum();
    }

    private long packetsOut() {
        return viewers.stream().mapToLong(viewer -> viewer.stats().packets()).sum();
    }

    private long bytesOut() {
        return viewers.stream().mapToLong(viewer -> viewer.stats().bytes()).sum();
    }

    /** Ends all sessions. */
    @Override
    public void close() {
        ExecutorService leaving = Executors.newFixedThreadPool(JOINING_AT_A_TIME);
        viewers.forEach(viewer -> leaving.execute(viewer::close));
        leaving.shutdown();
        try {
            boolean unused = leaving.awaitTermination(CONNECT_TIMEOUT.toMillis(), TimeUnit.MILLISECONDS);
            stopped = true;
            if (sender.isAlive()) {
                sender.join();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        publishers.forEach(WhipClient::close);
        publishing.close();
        watching.close();
    }
}
