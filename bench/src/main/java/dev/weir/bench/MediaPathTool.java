package dev.weir.bench;

import dev.weir.webrtc.ice.FiveTuple;
import dev.weir.webrtc.net.EventLoopGroup;
import dev.weir.webrtc.net.NetConfig;
import dev.weir.webrtc.rtp.RtpHeader;
import dev.weir.webrtc.srtp.SrtpCiphers;
import dev.weir.webrtc.srtp.SrtpProfile;
import dev.weir.webrtc.srtp.SrtpProtector;
import dev.weir.webrtc.transport.Endpoint;
import dev.weir.webrtc.transport.EndpointContext;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/**
 * Measures what a packet to a viewer costs, beside the same in C, in turns within one run: thread CPU time, medians. On a shared
 * machine that is worth more than time, and the ratios more than the figures.
 */
@Command(
        name = "media-path",
        mixinStandardHelpOptions = true,
        description = "Prints nanoseconds of CPU per packet of 1,200 bytes to 200 viewers: protect, send, both.")
public final class MediaPathTool implements Callable<Integer> {
    private static final int VIEWERS = 200;
    private static final int PAYLOAD = 1_188;
    private static final int[] TRAINS = {1, 4, 8, 16};
    private static final int[] PICTURES = {1, 8};

    @Option(
            names = "--rounds",
            defaultValue = "7",
            description = "Rounds, all ways in turn (default: ${DEFAULT-VALUE}).")
    private int rounds;

    @Option(
            names = "--packets",
            defaultValue = "100000",
            description = "Packets of each way in a round (default: ${DEFAULT-VALUE}).")
    private int packets;

    @Option(names = "--only", defaultValue = "", description = "Part of the names of the ways to run.")
    private String only = "";

    @Option(names = "--reference", description = "The compiled fanout.c; without it no C column.")
    private @Nullable String reference;

    /** Written so that nothing is optimised away. */
    private volatile long checksum;

    private final ThreadMXBean threads = ManagementFactory.getThreadMXBean();
    private final Map<String, List<Double>> figures = new LinkedHashMap<>();
    private final Map<String, Way> ways = new LinkedHashMap<>();
    /** Larger than a second-level cache. */
    private final byte[] cold = new byte[4 << 20];

    private long excludedNanos;

    public static void main(String[] args) {
        System.exit(new CommandLine(new MediaPathTool()).execute(args));
    }

    /** One way to treat packets. */
    private interface Way {
        void run(int count);
    }

    @Override
    public Integer call() throws IOException, InterruptedException, ExecutionException {
        NetConfig config = NetConfig.of(List.of(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0)))
                .withLoops(1);
        try (DatagramChannel sink = DatagramChannel.open();
                EventLoopGroup quick = new EventLoopGroup(config);
                EventLoopGroup portable = new EventLoopGroup(config.withPortableSockets())) {
            sink.bind(new InetSocketAddress(InetAddress.getByAddress(new byte[] {127, 0, 0, 1}), 0));
            InetSocketAddress target = (InetSocketAddress) sink.getLocalAddress();
            quick.start();
            portable.start();
            addProtects();
            addPrimitives();
            Sender trains = Sender.attach(quick, target);
            Sender singles = Sender.attach(portable, target);
            for (int train : TRAINS) {
                addWays("gso", train, trains, SrtpCiphers.INTRINSIC);
            }
            addRelayed("in memory", 8, (viewer, packet) -> {});
            for (int train : PICTURES) {
                addRelayed("gso", train, (viewer, packet) -> trains.send(packet, viewer));
            }
            addStream("in memory", (viewer, packet) -> {});
            addStream("gso", (viewer, packet) -> trains.send(packet, viewer));
            addWays("nio", 1, singles, SrtpCiphers.INTRINSIC);
            addWays("nio", 1, singles, SrtpCiphers.PROVIDER);
            // The first round warms up and is dropped.
            for (int i = 0; i <= rounds; i++) {
                round(i > 0, quick, portable);
            }
        }
        print();
        return 0;
    }

    private void addProtects() {
        for (SrtpProfile profile : SrtpProfile.values()) {
            for (SrtpCiphers ciphers : SrtpCiphers.values()) {
                Viewers viewers = new Viewers(profile, ciphers);
                ways.put("protect " + profile + " " + ciphers, count -> {
                    for (int i = 0; i < count; i++) {
                        viewers.protect(i % VIEWERS);
                    }
                });
            }
        }
    }

    private void addPrimitives() {
        JdkPrimitives primitives = new JdkPrimitives();
        ways.put("JDK's primitives for AES128_CM_HMAC_SHA1_80, nothing else", count -> {
            long sum = 0;
            for (int i = 0; i < count; i++) {
                sum += primitives.encryptAndAuthenticate();
            }
            checksum = sum;
        });
    }

    private void addWays(String path, int train, Sender sender, SrtpCiphers ciphers) {
        Viewers viewers = new Viewers(SrtpProfile.AEAD_AES_128_GCM, ciphers);
        ByteBuffer plain = ByteBuffer.allocate(PAYLOAD + 28);
        ways.putIfAbsent("send " + path + " x" + train, count -> {
            for (int i = 0; i < count; i++) {
                sender.send(plain, i / train % VIEWERS);
            }
        });
        ways.put("both " + path + " x" + train + " GCM " + ciphers, count -> {
            for (int i = 0; i < count; i++) {
                int viewer = i / train % VIEWERS;
                sender.send(viewers.protect(viewer), viewer);
            }
        });
    }

    private void addRelayed(String path, int packetsOfPicture, BiConsumer<Integer, ByteBuffer> out) {
        RelayedStream stream = new RelayedStream(VIEWERS, PAYLOAD, RelayedStream.protecting(out));
        ways.put("relay " + path + " x" + packetsOfPicture, count -> {
            for (int i = 0; i < count; i += packetsOfPicture * VIEWERS) {
                stream.picture(packetsOfPicture, 0);
            }
        });
    }

    /** Eight pictures and sounds in turn as in {@code fanout.c}: what comes at once goes to all viewers at once. */
    private void addStream(String path, BiConsumer<Integer, ByteBuffer> out) {
        RelayedStream stream = new RelayedStream(VIEWERS, PAYLOAD, RelayedStream.protecting(out));
        ways.put("stream " + path, count -> {
            long done = 0;
            for (int turn = 0; done < count; turn++) {
                chill();
                boolean picture = turn % 8 % 3 == 0;
                if (picture) {
                    stream.picture(8, 4);
                } else {
                    stream.sound();
                }
                done += (picture ? 8L : 1L) * VIEWERS;
            }
        });
    }

    /** Others had the processor meanwhile. */
    private void chill() {
        long before = threads.getCurrentThreadCpuTime();
        for (int i = 0; i < cold.length; i += 64) {
            cold[i]++;
        }
        excludedNanos += threads.getCurrentThreadCpuTime() - before;
    }

    private void round(boolean counts, EventLoopGroup quick, EventLoopGroup portable)
            throws IOException, InterruptedException, ExecutionException {
        for (Map.Entry<String, Way> way : ways.entrySet()) {
            CompletableFuture<Double> nanos = new CompletableFuture<>();
            EventLoopGroup group = way.getKey().contains("nio") ? portable : quick;
            group.next().execute(() -> {
                excludedNanos = 0;
                long before = threads.getCurrentThreadCpuTime();
                if (way.getKey().contains(only)) {
                    way.getValue().run(packets);
                }
                nanos.complete((threads.getCurrentThreadCpuTime() - before - excludedNanos) / (double) packets);
            });
            add(counts, way.getKey(), nanos.get());
        }
        if (reference != null) {
            Process process = new ProcessBuilder(reference, Integer.toString(packets))
                    .redirectErrorStream(true)
                    .start();
            String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            for (String line : output.strip().split("\n", -1)) {
                String[] parts = line.split(" ", -1);
                add(counts, "C " + parts[0], Double.parseDouble(parts[1]));
            }
        }
    }

    private void add(boolean counts, String name, double nanos) {
        if (counts) {
            figures.computeIfAbsent(name, unused -> new ArrayList<>()).add(nanos);
        }
    }

    private void print() {
        System.out.println("JDK " + Runtime.version() + ", ciphers in use " + SrtpCiphers.inUse() + ", " + rounds
                + " rounds of " + packets + " packets");
        System.out.println("| way | ns of CPU per packet, median | least | most |");
        System.out.println("|---|---|---|---|");
        figures.forEach((name, values) -> {
            Collections.sort(values);
            System.out.printf(
                    Locale.ROOT,
                    "| %s | %.0f | %.0f | %.0f |%n",
                    name,
                    values.get(values.size() / 2),
                    values.get(0),
                    values.get(values.size() - 1));
        });
    }

    /** 200 keys, and the copy and header that each packet gets. */
    private static final class Viewers {
        private final SrtpProtector[] protectors = new SrtpProtector[VIEWERS];
        private final int[] sequences = new int[VIEWERS];
        private final byte[] payload = new byte[PAYLOAD];
        private final ByteBuffer packet = ByteBuffer.allocate(2_048);

        Viewers(SrtpProfile profile, SrtpCiphers ciphers) {
            for (int i = 0; i < VIEWERS; i++) {
                byte[] key = new byte[profile.keyLength()];
                key[0] = (byte) i;
                protectors[i] = new SrtpProtector(profile, key, new byte[profile.saltLength()], ciphers);
            }
        }

        ByteBuffer protect(int viewer) {
            int sequence = sequences[viewer]++;
            packet.clear();
            RtpHeader.write(packet, false, 96, sequence & 0xFFFF, sequence * 3_000L, viewer);
            packet.put(payload).flip();
            if (protectors[viewer].protectRtp(packet) < 0) {
                throw new IllegalStateException("not protected");
            }
            return packet;
        }
    }

    /** An endpoint for each viewer on one loop, as sessions are; all send to one address that nobody reads. */
    private record Sender(List<EndpointContext> contexts, List<FiveTuple> paths) {
        static Sender attach(EventLoopGroup group, InetSocketAddress target)
                throws InterruptedException, ExecutionException {
            List<EndpointContext> contexts = new ArrayList<>();
            List<FiveTuple> paths = new ArrayList<>();
            for (int i = 0; i < VIEWERS; i++) {
                Silent endpoint = new Silent();
                group.next().register("viewer" + i, endpoint);
                EndpointContext context = endpoint.attached.get();
                contexts.add(context);
                paths.add(new FiveTuple(context.localAddresses().get(0), target));
            }
            return new Sender(contexts, paths);
        }

        void send(ByteBuffer packet, int viewer) {
            contexts.get(viewer).send(packet, paths.get(viewer));
        }
    }

    private static final class Silent implements Endpoint {
        private final CompletableFuture<EndpointContext> attached = new CompletableFuture<>();

        @Override
        public void attach(EndpointContext context, long nowNanos) {
            attached.complete(context);
        }

        @Override
        public void handle(ByteBuffer datagram, FiveTuple path, long nowNanos) {}

        @Override
        public long nextDeadlineNanos() {
            return Long.MAX_VALUE;
        }

        @Override
        public void onTimeout(long nowNanos) {}

        @Override
        public void onFailure(Throwable failure, long nowNanos) {
            attached.completeExceptionally(failure);
        }

        @Override
        public void onShutdown(long nowNanos) {}
    }
}
