package dev.weir.standalone.broker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.weir.schemas.EndOfStream;
import dev.weir.schemas.LogEntry;
import dev.weir.schemas.LogPacket;
import dev.weir.standalone.journal.LogPosition;
import dev.weir.standalone.journal.LogReader;
import dev.weir.standalone.process.DataDirectory;
import dev.weir.standalone.process.Distribution;
import dev.weir.standalone.process.Ports;
import dev.weir.webrtc.client.ClientConfig;
import dev.weir.webrtc.client.ClientTrack;
import dev.weir.webrtc.client.WhepClient;
import dev.weir.webrtc.client.WhepListener;
import dev.weir.webrtc.client.WhipClient;
import dev.weir.webrtc.client.WhipListener;
import dev.weir.webrtc.codec.Codec;
import dev.weir.webrtc.net.EventLoopGroup;
import dev.weir.webrtc.net.NetConfig;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A gateway process that is told to stop, with a real broker behind it and live sessions on it. */
@Timeout(240)
class DrainIT {
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final List<ClientTrack> TRACKS = List.of(ClientTrack.of(Codec.VP8));
    private static final int FRAMES = 200;

    @TempDir
    Path folder;

    private final HttpClient http = HttpClient.newHttpClient();

    @Test
    void sigtermDrainsAndLosesNothingThatHadArrived() throws Exception {
        int port = Ports.freeTcp("127.0.0.1", 0);
        EventLoopGroup loops = new EventLoopGroup(
                NetConfig.of(List.of(new InetSocketAddress("127.0.0.1", 0))).withLoops(1));
        try (DataDirectory data = DataDirectory.open(folder);
                Broker broker = Broker.start(new Distribution(Path.of("target", "weir")), data, port, line -> {});
                GatewayProcess gateway =
                        GatewayProcess.start("--kafka", "127.0.0.1:" + port, "--set", "sessions.drain-time=2s");
                loops) {
            loops.start();
            URI root = gateway.awaitReady();
            CompletableFuture<String> publisherTold = new CompletableFuture<>();
            WhipClient publisher = WhipClient.publish(
                    root.resolve("/whip/cam"),
                    TRACKS,
                    loops.next(),
                    new WhipListener() {
                        @Override
                        public void onClosed(String reason) {
                            publisherTold.complete(reason);
                        }
                    },
                    ClientConfig.create());
            publisher.awaitConnected(PATIENCE);
            send(publisher, 0);
            CompletableFuture<String> viewerTold = new CompletableFuture<>();
            WhepClient viewer = WhepClient.view(
                    root.resolve("/whep/cam"),
                    TRACKS,
                    loops.next(),
                    new WhepListener() {
                        @Override
                        public void onClosed(String reason) {
                            viewerTold.complete(reason);
                        }
                    },
                    ClientConfig.create());
            viewer.awaitConnected(PATIENCE);
            CompletableFuture<List<String>> events = events(root, viewer);
            for (int frame = 1; frame < FRAMES; frame++) {
                send(publisher, frame);
            }
            await().atMost(PATIENCE)
                    .until(() -> get(root.resolve("/streams/cam")).contains("\"packetsReceived\":" + FRAMES + ","));

            long signalledNanos = System.nanoTime();
            gateway.signal("TERM");

            HttpResponse<String> refused = awaitRefusal(root);
            assertThat(refused.headers().firstValue("Retry-After").orElse("")).matches("[1-9][0-9]*");
            assertThat(refused.body()).contains("shutting-down");
            assertThat(publisherTold.get(20, TimeUnit.SECONDS)).isEqualTo("peer closed the connection");
            assertThat(viewerTold.get(20, TimeUnit.SECONDS)).isEqualTo("peer closed the connection");
            assertThat(events.get(20, TimeUnit.SECONDS)).containsSubsequence("event:reconnect", "data:{}");
            assertThat(gateway.awaitExit(30)).as(gateway.output()).isZero();
            Duration took = Duration.ofNanos(System.nanoTime() - signalledNanos);
            System.out.println("SIGTERM to exit: " + took.toMillis() + " ms, 2,000 of them for viewers to leave");
            assertThat(took).isLessThan(Duration.ofSeconds(10));

            List<LogEntry> entries = read(broker);
            List<Long> sequences = entries.stream()
                    .filter(LogPacket.class::isInstance)
                    .map(entry -> ((LogPacket) entry).extendedSequence())
                    .toList();
            assertThat(sequences).hasSize(FRAMES).doesNotHaveDuplicates();
            assertThat(sequences.get(FRAMES - 1) - sequences.get(0)).isEqualTo(FRAMES - 1);
            assertThat(entries.get(entries.size() - 1)).isInstanceOf(EndOfStream.class);
        }
    }

    @Test
    void sigintEndsByTheConventionOfTheShell() throws Exception {
        try (GatewayProcess gateway = GatewayProcess.start()) {
            gateway.awaitReady();

            gateway.signal("INT");

            assertThat(gateway.awaitExit(30)).as(gateway.output()).isEqualTo(130);
        }
    }

    /** A VP8 frame of one packet, the first a keyframe. */
    private static void send(WhipClient publisher, int frame) {
        byte[] payload = new byte[600];
        payload[0] = 0x10;
        payload[1] = (byte) (frame == 0 ? 0x10 : 0x11);
        payload[4] = (byte) 0x9d;
        payload[5] = 0x01;
        payload[6] = 0x2a;
        publisher.send(0, ByteBuffer.wrap(payload), true, frame * 3_000L);
    }

    private CompletableFuture<List<String>> events(URI root, WhepClient viewer) throws Exception {
        URI list = URI.create(viewer.location() + "/events");
        HttpResponse<Void> made = http.send(
                HttpRequest.newBuilder(list)
                        .header("Content-Type", "application/json")
                        .POST(BodyPublishers.ofString("[\"reconnect\"]"))
                        .build(),
                BodyHandlers.discarding());
        URI stream = root.resolve(made.headers().firstValue("Location").orElseThrow());
        return http.sendAsync(HttpRequest.newBuilder(stream).build(), BodyHandlers.ofLines())
                .thenApply(response -> response.body().toList());
    }

    private String get(URI uri) throws Exception {
        return http.send(HttpRequest.newBuilder(uri).build(), BodyHandlers.ofString())
                .body();
    }

    /** Posts until the gateway answers that it stops; the signal takes a moment to arrive. */
    private HttpResponse<String> awaitRefusal(URI root) throws Exception {
        HttpRequest offer = HttpRequest.newBuilder(root.resolve("/whip/late"))
                .header("Content-Type", "application/sdp")
                .POST(BodyPublishers.ofString("v=0\r\n"))
                .build();
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        while (System.nanoTime() - deadline < 0) {
            HttpResponse<String> answer = http.send(offer, BodyHandlers.ofString());
            if (answer.statusCode() == 503) {
                return answer;
            }
            assertThat(answer.statusCode()).isEqualTo(400);
        }
        throw new AssertionError("no 503");
    }

    private static List<LogEntry> read(Broker broker) {
        List<LogEntry> entries = new ArrayList<>();
        try (LogReader log = LogReader.open(broker.bootstrap(), Optional.of("cam"))) {
            log.seek(LogPosition.BEGINNING);
            log.readToEnd(record -> {
                entries.addAll(record.batch().entries());
                return true;
            });
        }
        return entries;
    }
}
