package dev.weir.standalone.demo;

import dev.weir.connector.mux.MalformedMediaException;
import dev.weir.standalone.clip.TestClip;
import dev.weir.standalone.journal.LogPosition;
import dev.weir.standalone.journal.LogReader;
import dev.weir.standalone.process.StartFailure;
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
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/** Publishes the bundled stream into a running {@link Stack}, watches it, and counts what comes out. One thread. */
public final class DemoRun {

    /** Id of the stream that is published. */
    public static final String STREAM = "demo";

    private static final Duration FOREVER = Duration.ofDays(365_000);
    private static final Duration CONNECT_PATIENCE = Duration.ofSeconds(10);
    private static final Duration DRAIN_PATIENCE = Duration.ofSeconds(30);

    private final Stack stack;
    private final Consumer<String> out;

    /**
     * Takes a stack that runs.
     *
     * @param out called with lines for the user
     */
    public DemoRun(Stack stack, Consumer<String> out) {
        this.stack = stack;
        this.out = out;
    }

    /** Waits for {@code time}, for ever without one. */
    public static void idle(Optional<Duration> time) throws InterruptedException {
        var unused = new CountDownLatch(1).await(time.orElse(FOREVER).toMillis(), TimeUnit.MILLISECONDS);
    }

    /**
     * Publishes for {@code time}, for ever without one, waits until log and archive have it, and counts.
     *
     * @throws StartFailure if publisher or viewer cannot connect
     */
    public DemoReport publish(Optional<Duration> time) throws StartFailure, IOException, InterruptedException {
        InetAddress loopback = InetAddress.getByAddress(new byte[] {127, 0, 0, 1});
        NetConfig net =
                NetConfig.of(List.of(new InetSocketAddress(loopback, 0))).withLoops(1);
        try (LogReader log = LogReader.open(stack.bootstrap(), Optional.of(STREAM));
                EventLoopGroup loops = new EventLoopGroup(net)) {
            log.seek(LogPosition.END);
            loops.start();
            Published published = publish(loops, time.orElse(FOREVER));
            out.accept("published for " + time.map(Duration::toSeconds).orElse(0L) + " s; waiting for log and archive");
            return report(published, log);
        } catch (ClientException e) {
            throw new StartFailure("the test stream cannot be published: " + e.getMessage(), e);
        }
    }

    private Published publish(EventLoopGroup loops, Duration time)
            throws ClientException, IOException, InterruptedException {
        TestClip clip = TestClip.load();
        CompletableFuture<String> closed = new CompletableFuture<>();
        WhipListener listener = new WhipListener() {
            @Override
            public void onClosed(String reason) {
                closed.complete(reason);
            }
        };
        ViewerCount received = new ViewerCount();
        List<ClientTrack> tracks = List.of(ClientTrack.of(Codec.H264), ClientTrack.of(Codec.OPUS));
        ClientConfig config = ClientConfig.create();
        try (WhipClient client = WhipClient.publish(
                URI.create(stack.url() + "whip/" + STREAM), tracks, loops.next(), listener, config)) {
            client.awaitConnected(CONNECT_PATIENCE);
            out.accept("publishing '" + STREAM + "', watch it at " + stack.url() + "play/" + STREAM);
            WhepListener viewing = new WhepListener() {
                @Override
                public void onRtp(int track, ByteBuffer packet, long extendedSequence, long nowNanos) {
                    received.add(track, extendedSequence);
                }
            };
            try (WhepClient viewer = WhepClient.view(
                    URI.create(stack.url() + "whep/" + STREAM), tracks, loops.next(), viewing, config)) {
                viewer.awaitConnected(CONNECT_PATIENCE);
                ClipPublisher publisher = new ClipPublisher(clip, client);
                publisher.run(time, () -> !closed.isDone());
                awaitTail(received);
                return new Published(publisher, client.stats().packetsSent(), received, closed.getNow(""));
            }
        }
    }

    /** Gives the last packets the time that they need to the viewer. */
    private static void awaitTail(ViewerCount received) throws InterruptedException {
        long before = -1;
        for (int i = 0; i < 10 && before != received.packets(); i++) {
            before = received.packets();
            Thread.sleep(100);
        }
    }

    private DemoReport report(Published published, LogReader log) throws IOException, InterruptedException {
        LogCount mirrored = new LogCount();
        mirrored.read(log, DRAIN_PATIENCE);
        Path folder = stack.archive().resolve(STREAM).resolve(Long.toString(mirrored.epoch()));
        String problem = published.closed;
        if (!mirrored.ended()) {
            problem = "the log tells no end of the stream";
        } else if (!ArchiveCount.awaitEnd(folder, DRAIN_PATIENCE)) {
            problem = "the archive tells no end of the stream";
        }
        ArchiveCount archived;
        try {
            archived = ArchiveCount.read(folder);
        } catch (MalformedMediaException e) {
            archived = ArchiveCount.NOTHING;
            problem = "an archived file is broken: " + e.getMessage();
        }
        return report(published, mirrored, archived, folder, problem);
    }

    private static DemoReport report(
            Published published, LogCount mirrored, ArchiveCount archived, Path folder, String problem) {
        ClipPublisher sent = published.publisher;
        long lostInLog = missing(sent.packets(ClipPublisher.VIDEO), mirrored.packets("video"))
                + missing(sent.packets(ClipPublisher.AUDIO), mirrored.packets("audio"));
        long lostInArchive = missing(sent.frames(ClipPublisher.VIDEO), archived.videoFrames())
                + missing(sent.frames(ClipPublisher.AUDIO), archived.audioFrames());
        long lostAtViewer = published.received.missing();
        return new DemoReport(
                STREAM,
                mirrored.epoch(),
                published.packetsSent,
                published.received.packets(),
                mirrored.packets(),
                archived.videoFrames() + archived.audioFrames(),
                lostInLog + lostInArchive + lostAtViewer,
                mirrored.gaps(),
                folder.toString(),
                sent.frames(ClipPublisher.VIDEO) + sent.frames(ClipPublisher.AUDIO),
                archived.keyframes(),
                archived.durationMillis(),
                archived.files(),
                archived.bytes(),
                lostInLog,
                lostInArchive,
                lostAtViewer,
                problem);
    }

    private static long missing(long expected, long found) {
        return Math.max(0, expected - found);
    }

    private static final class Published {

        private final ClipPublisher publisher;
        private final long packetsSent;
        private final ViewerCount received;
        private final String closed;

        Published(ClipPublisher publisher, long packetsSent, ViewerCount received, String closed) {
            this.publisher = publisher;
            this.packetsSent = packetsSent;
            this.received = received;
            this.closed = closed;
        }
    }
}
