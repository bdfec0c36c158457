package dev.weir.bench;

import dev.weir.webrtc.net.EventLoop;
import dev.weir.webrtc.net.EventLoopGroup;
import dev.weir.webrtc.net.NetConfig;
import dev.weir.webrtc.rtp.RtpHeader;
import dev.weir.webrtc.srtp.SrtpCiphers;
import dev.weir.webrtc.srtp.SrtpProfile;
import dev.weir.webrtc.srtp.SrtpProtector;
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
import java.util.concurrent.TimeoutException;
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
        description =
                "Prints nanoseconds of CPU per packet of 1,200 bytes to 200 viewers: protect, send, both, the relay,"
                        + " and a stream in real time.")
public final class MediaPathTool implements Callable<Integer> {
    private static final int VIEWERS = 200;
    private static final int PAYLOAD = 1_188;
    private static final int[] TRAINS = {1, 4, 8, 16};
    private static final int[] PICTURES = {1, 8};
    private static final String LIVE = "live gso";

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

    @Option(
            names = "--reference",
            description = "The compiled fanout.c; without it no C column and no receivers for \"live\".")
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
    public Integer call() throws IOException, InterruptedException, ExecutionException, TimeoutException {
        NetConfig config = NetConfig.of(List.of(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0)))
                .withLoops(1);
        try (DatagramChannel sink = DatagramChannel.open();
                EventLoopGroup quick = new EventLoopGroup(config);
                EventLoopGroup portable = new EventLoopGroup(config.withPortableSockets());
                Receivers receivers = reference == null ? null : Receivers.start(reference, VIEWERS)) {
            sink.bind(new InetSocketAddress(InetAddress.getByAddress(new byte[] {127, 0, 0, 1}), 0));
            List<InetSocketAddress> targets = Collections.nCopies(VIEWERS, (InetSocketAddress) sink.getLocalAddress());
            quick.start();
            portable.start();
            addProtects();
            addPrimitives();
            Sender trains = Sender.attach(quick.next(), targets);
            Sender singles = Sender.attach(portable.next(), targets);
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
            LiveStream live = receivers == null ? null : live(quick.next(), receivers);
            // The first round warms up and is dropped.
            for (int i = 0; i <= rounds; i++) {
                round(i > 0, quick, portable, live);
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

    /** The stream in real time, to viewers in another process, which only the reference has. */
    private static LiveStream live(EventLoop loop, Receivers receivers)
            throws InterruptedException, ExecutionException {
        Sender sender = Sender.attach(loop, receivers.addresses());
        RelayedStream stream = new RelayedStream(
                VIEWERS, PAYLOAD, RelayedStream.protecting((viewer, packet) -> sender.send(packet, viewer)));
        return new LiveStream(loop, stream, VIEWERS);
    }

    /** Others had the processor meanwhile. */
    private void chill() {
        long before = threads.getCurrentThreadCpuTime();
        for (int i = 0; i < cold.length; i += 64) {
            cold[i]++;
        }
        excludedNanos += threads.getCurrentThreadCpuTime() - before;
    }

    private void round(boolean counts, EventLoopGroup quick, EventLoopGroup portable, @Nullable LiveStream live)
            throws IOException, InterruptedException, ExecutionException, TimeoutException {
        for (Map.Entry<String, Way> way : ways.entrySet()) {
            if (!way.getKey().contains(only)) {
                continue;
            }
            EventLoopGroup group = way.getKey().contains("nio") ? portable : quick;
            // Asked of the loop as a future, so that what fails there fails here.
            double nanos = CompletableFuture.supplyAsync(() -> nanosPerPacket(way.getValue()), group.next())
                    .get();
            add(counts, way.getKey(), nanos);
        }
        if (live != null && LIVE.contains(only)) {
            // As long as the reference's own.
            add(counts, LIVE, live.nanosPerPacket(packets < 50_000 ? 1 : 3));
        }
        if (reference != null) {
            measureReference(counts, reference);
        }
    }

    /** On the way's loop. */
    private double nanosPerPacket(Way way) {
        excludedNanos = 0;
        long before = threads.getCurrentThreadCpuTime();
        way.run(packets);
        return (threads.getCurrentThreadCpuTime() - before - excludedNanos) / (double) packets;
    }

    private void measureReference(boolean counts, String program) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(program, Integer.toString(packets))
                .redirectErrorStream(true)
                .start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
        if (process.waitFor() != 0) {
            throw new IOException(program + " failed: " + output);
        }
        for (String line : output.split("\n", -1)) {
            String[] parts = line.split(" ", -1);
            if (parts[0].contains(only)) {
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
}
