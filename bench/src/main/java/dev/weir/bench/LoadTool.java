package dev.weir.bench;

import dev.weir.webrtc.client.ClientConfig;
import dev.weir.webrtc.client.ClientException;
import dev.weir.webrtc.client.WhepClient;
import dev.weir.webrtc.client.WhipClient;
import dev.weir.webrtc.client.WhipListener;
import dev.weir.webrtc.net.EventLoopGroup;
import dev.weir.webrtc.net.NetConfig;
import dev.weir.webrtc.srtp.SrtpProfile;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import org.HdrHistogram.Histogram;
import org.HdrHistogram.Recorder;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Measures a gateway: one publisher of 2 Mbit/s, any number of WHEP viewers; CPU per forwarded packet, latency, loss. */
@Command(
        name = "load",
        mixinStandardHelpOptions = true,
        description =
                "Publishes 2 Mbit/s to a gateway in a JVM of its own, watches with each number of viewers in turn, and"
                        + " prints the gateway's CPU time per forwarded packet, the latency and the loss.")
public final class LoadTool implements Callable<Integer> {
    private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(30);

    @Option(
            names = "--viewers",
            split = ",",
            defaultValue = "1,50,200",
            paramLabel = "N,…",
            description = "Numbers of viewers, one row each (default: ${DEFAULT-VALUE}).")
    private List<Integer> viewerCounts = List.of();

    @Option(
            names = "--for",
            defaultValue = "10",
            paramLabel = "SECONDS",
            description = "Length of each measurement, after as long a warm-up (default: ${DEFAULT-VALUE}).")
    private int seconds;

    @Option(
            names = "--profile",
            split = ",",
            defaultValue = "AEAD_AES_128_GCM,AES128_CM_HMAC_SHA1_80",
            paramLabel = "PROFILE,…",
            description = "SRTP profiles, rows of their own: ${COMPLETION-CANDIDATES} (default: all).")
    private List<SrtpProfile> profiles = List.of();

    public static void main(String[] args) {
        System.exit(new CommandLine(new LoadTool()).execute(args));
    }

    @Override
    public Integer call() throws IOException, InterruptedException, ClientException {
        System.out.println(jdk());
        System.out.println(
                "| viewers | packets/s out | CPU, percent of a core | CPU per packet, µs | latency p50, ms | p99, ms |"
                        + " missing | profile |");
        System.out.println("|---|---|---|---|---|---|---|---|");
        for (SrtpProfile profile : profiles) {
            for (int viewers : viewerCounts) {
                run(viewers, profile);
            }
        }
        return 0;
    }

    private static String jdk() {
        return "JDK " + Runtime.version() + ", " + Runtime.getRuntime().availableProcessors() + " processors";
    }

    private void run(int viewers, SrtpProfile profile) throws IOException, InterruptedException, ClientException {
        try (GatewayProcess gateway = GatewayProcess.start();
                EventLoopGroup loops = new EventLoopGroup(
                        NetConfig.of(List.of(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0)))
                                .withLoops(1))) {
            loops.start();
            measure(gateway, loops, viewers, profile);
        }
    }

    private void measure(GatewayProcess gateway, EventLoopGroup loops, int count, SrtpProfile profile)
            throws InterruptedException, ClientException {
        ClientConfig config = ClientConfig.create().withSrtpProfiles(List.of(profile));
        URI whip = gateway.url().resolve("/whip/load");
        URI whep = gateway.url().resolve("/whep/load");
        try (WhipClient publisher =
                WhipClient.publish(whip, SyntheticStream.TRACKS, loops.next(), new WhipListener() {}, config)) {
            publisher.awaitConnected(CONNECT_TIMEOUT);
            SyntheticStream stream = new SyntheticStream(publisher);
            Thread sender = new Thread(stream::run, "publisher");
            sender.start();
            Recorder latency = new Recorder(3);
            List<WhepClient> viewers = new ArrayList<>();
            List<LatencyRecorder> recorders = new ArrayList<>();
            try {
                for (int i = 0; i < count; i++) {
                    LatencyRecorder recorder = new LatencyRecorder(latency);
                    WhepClient viewer = WhepClient.view(whep, SyntheticStream.TRACKS, loops.next(), recorder, config);
                    viewers.add(viewer);
                    recorders.add(recorder);
                    viewer.awaitConnected(CONNECT_TIMEOUT);
                }
                TimeUnit.SECONDS.sleep(seconds);
                report(gateway, viewers, latency);
                if (recorders.stream().anyMatch(LatencyRecorder::isClosed)) {
                    System.err.println("load: a viewer was closed before the end; the row above is not whole");
                }
            } finally {
                stream.stop();
                sender.join();
                for (WhepClient viewer : viewers) {
                    viewer.close();
                }
            }
        }
    }

    private void report(GatewayProcess gateway, List<WhepClient> viewers, Recorder latency)
            throws InterruptedException {
        latency.reset();
        long packetsBefore = packets(viewers);
        Duration cpuBefore = gateway.cpuTime();
        long beganNanos = System.nanoTime();
        TimeUnit.SECONDS.sleep(seconds);
        double cpuNanos = gateway.cpuTime().minus(cpuBefore).toNanos();
        long packets = packets(viewers) - packetsBefore;
        double elapsedNanos = System.nanoTime() - beganNanos;
        Histogram histogram = latency.getIntervalHistogram();
        long missing =
                viewers.stream().mapToLong(viewer -> viewer.stats().missing()).sum();
        System.out.printf(
                Locale.ROOT,
                "| %d | %.0f | %.1f | %.2f | %.2f | %.2f | %d | %s |%n",
                viewers.size(),
                packets / elapsedNanos * 1e9,
                cpuNanos / elapsedNanos * 100,
                cpuNanos / 1e3 / Math.max(1, packets),
                histogram.getValueAtPercentile(50) / 1e6,
                histogram.getValueAtPercentile(99) / 1e6,
                missing,
                viewers.get(0).srtpProfile().orElse("none"));
    }

    private static long packets(List<WhepClient> viewers) {
        return viewers.stream().mapToLong(viewer -> viewer.stats().packets()).sum();
    }
}
