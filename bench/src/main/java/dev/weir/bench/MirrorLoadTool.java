package dev.weir.bench;

import com.sun.management.OperatingSystemMXBean;
import dev.weir.gateway.mirror.KafkaMirror;
import dev.weir.gateway.mirror.MetadataConfig;
import dev.weir.gateway.mirror.MirrorConfig;
import dev.weir.gateway.mirror.MirrorStats;
import dev.weir.gateway.relay.AlreadyPublishedException;
import dev.weir.gateway.relay.MediaRelay;
import dev.weir.gateway.relay.Publication;
import dev.weir.gateway.relay.RelayConfig;
import dev.weir.gateway.relay.RelayPacket;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadInfo;
import java.lang.management.ThreadMXBean;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.locks.LockSupport;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Measures the mirror into a Kafka that runs: CPU per packet, bytes in the log per media byte, packets left out. */
@Command(
        name = "mirror-load",
        mixinStandardHelpOptions = true,
        description =
                "Publishes streams into a relay of this process, mirrors them into Kafka, and prints what it cost.")
public final class MirrorLoadTool implements Callable<Integer> {
    private static final long TICK_NANOS = 10_000_000;
    private static final long SPREAD_MILLIS = 100;
    private static final int SOUND_KBPS = 32;
    private static final int SOUND_MILLIS = 20;

    @Option(names = "--kafka", required = true, paramLabel = "HOST:PORT", description = "Kafka to mirror into.")
    private String kafka = "";

    @Option(names = "--streams", defaultValue = "200", description = "Publishers (default: ${DEFAULT-VALUE}).")
    private int streams;

    @Option(names = "--kbps", defaultValue = "500", description = "Rate of each in kbit/s (default: ${DEFAULT-VALUE}).")
    private int kbps;

    @Option(names = "--for", defaultValue = "20", paramLabel = "SECONDS", description = "Length of the measurement.")
    private int seconds;

    @Option(
            names = "--extensions",
            defaultValue = "0",
            paramLabel = "WORDS",
            description = "Header extension block of each packet, in words of 4 bytes; browsers: 4 to 6.")
    private int extensionWords;

    @Option(
            names = "--warm-up",
            defaultValue = "60",
            paramLabel = "SECONDS",
            description = "Time before it: a thread that works seldom is compiled late (default: ${DEFAULT-VALUE}).")
    private int warmUpSeconds;

    @Option(names = "--no-sound", description = "Video alone.")
    private boolean videoAlone;

    @Option(names = "--no-metadata", description = "Write the media log alone.")
    private boolean mediaAlone;

    public static void main(String[] args) {
        System.exit(new CommandLine(new MirrorLoadTool()).execute(args));
    }

    /** One publisher: what it has sent so far. */
    private static final class Source {
        private final Publication publication;
        private final long phaseMillis;
        private long frames;
        private long videoPackets;
        private long sounds;

        /** Publishers do not send their pictures at the same instant: this one is late by {@code phaseMillis}. */
        Source(Publication publication, long phaseMillis) {
            this.publication = publication;
            this.phaseMillis = phaseMillis;
        }

        /** {@code soundMillis} of a piece of sound, 0 = none. */
        long publish(long elapsedMillis, int frameBytes, int soundMillis, int extensionWords) {
            long sinceStartMillis = elapsedMillis - phaseMillis;
            long bytes = 0;
            long epoch = publication.epoch();
            while (frames * 1000 / MirrorTraffic.FRAMES_PER_SECOND <= sinceStartMillis) {
                for (RelayPacket packet :
                        MirrorTraffic.frame(epoch, frames, videoPackets, frameBytes, extensionWords)) {
                    publication.publish(packet);
                    videoPackets++;
                    bytes += packet.payloadLength();
                }
                frames++;
            }
            while (soundMillis > 0 && sounds * soundMillis <= sinceStartMillis) {
                RelayPacket packet = MirrorTraffic.sound(epoch, sounds++, extensionWords);
                publication.publish(packet);
                bytes += packet.payloadLength();
            }
            return bytes;
        }
    }

    @Override
    public Integer call() throws AlreadyPublishedException {
        int frameBytes =
                Math.max(100, (kbps - (videoAlone ? 0 : SOUND_KBPS)) * 1000 / 8 / MirrorTraffic.FRAMES_PER_SECOND);
        MirrorConfig.Builder config = MirrorConfig.builder(kafka);
        if (mediaAlone) {
            config.metadata(MetadataConfig.NONE);
        }
        try (KafkaMirror mirror = new KafkaMirror(config.build())) {
            MediaRelay relay = new MediaRelay(RelayConfig.DEFAULT, List.of(mirror));
            mirror.start();
            while (!mirror.health().isUp()) {
                LockSupport.parkNanos(TICK_NANOS);
            }
            List<Source> sources = new ArrayList<>();
            for (int i = 0; i < streams; i++) {
                Publication publication = relay.registerPublisher("load-" + i, () -> true);
                publication.announce(List.of(MirrorTraffic.VIDEO, MirrorTraffic.AUDIO));
                sources.add(new Source(publication, i * SPREAD_MILLIS / streams));
            }
            long startNanos = System.nanoTime();
            long warmUpBytes = publish(sources, frameBytes, startNanos, warmUpSeconds);
            MirrorStats before = mirror.stats();
            ThreadCpu cpuBefore = ThreadCpu.now();
            long processBefore = processCpuNanos();
            long bytes = publish(sources, frameBytes, startNanos, warmUpSeconds + seconds);
            MirrorStats after = mirror.stats();
            ThreadCpu cpu = ThreadCpu.now().since(cpuBefore);
            long process = processCpuNanos() - processBefore;
            print(before, after, cpu, process, bytes);
            System.out.printf("payload in all, to compare with the segment files: %d bytes%n", warmUpBytes + bytes);
        }
        return 0;
    }

    /** Publishes until {@code untilSeconds} after the start; returns payload bytes. */
    private long publish(List<Source> sources, int frameBytes, long startNanos, int untilSeconds) {
        long endNanos = startNanos + untilSeconds * 1_000_000_000L;
        long bytes = 0;
        while (System.nanoTime() - endNanos < 0) {
            long elapsedMillis = (System.nanoTime() - startNanos) / 1_000_000;
            for (Source source : sources) {
                bytes += source.publish(elapsedMillis, frameBytes, videoAlone ? 0 : SOUND_MILLIS, extensionWords);
            }
            LockSupport.parkNanos(TICK_NANOS);
        }
        return bytes;
    }

    private void print(MirrorStats before, MirrorStats after, ThreadCpu cpu, long processNanos, long bytes) {
        long packets = after.packetsAcknowledged() - before.packetsAcknowledged();
        long batches = after.batchesAcknowledged() - before.batchesAcknowledged();
        double perPacket = 1e3 * Math.max(1, packets);
        System.out.printf(
                "streams=%d kbps=%d packets/s=%d packets/record=%.1f process=%.0f%% record bytes/media byte=%.4f"
                        + " metadata records/s=%d%n",
                streams,
                kbps,
                packets / seconds,
                (double) packets / Math.max(1, batches),
                processNanos / 1e7 / seconds,
                (double) (after.bytesAcknowledged() - before.bytesAcknowledged()) / Math.max(1, bytes),
                (after.metadataAcknowledged() - before.metadataAcknowledged()) / seconds);
        System.out.printf(
                "CPU per packet, us: media %.2f (mirror thread %.2f, producer %.2f), metadata %.2f (encoding thread %.2f,"
                        + " producer %.2f)%n",
                (cpu.mirror + cpu.producer) / perPacket,
                cpu.mirror / perPacket,
                cpu.producer / perPacket,
                (cpu.metadata + cpu.metadataProducer) / perPacket,
                cpu.metadata / perPacket,
                cpu.metadataProducer / perPacket);
        System.out.printf(
                "left out: %d packets while it warmed up, %d in the measurement; failed %d; metadata dropped %d%n",
                before.packetsDropped(),
                after.packetsDropped() - before.packetsDropped(),
                after.packetsFailed(),
                after.metadataDropped());
    }

    private static long processCpuNanos() {
        return ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class).getProcessCpuTime();
    }

    /** CPU time of the mirror's threads; the mirror thread follows the frames for the metadata topics too. */
    private record ThreadCpu(long mirror, long producer, long metadata, long metadataProducer) {
        static ThreadCpu now() {
            return new ThreadCpu(
                    of("weir-mirror"),
                    of("kafka-producer-network-thread | weir-mirror"),
                    of("weir-mirror-metadata"),
                    of("kafka-producer-network-thread | weir-mirror-metadata"));
        }

        ThreadCpu since(ThreadCpu before) {
            return new ThreadCpu(
                    mirror - before.mirror,
                    producer - before.producer,
                    metadata - before.metadata,
                    metadataProducer - before.metadataProducer);
        }

        private static long of(String name) {
            ThreadMXBean threads = ManagementFactory.getThreadMXBean();
            long sum = 0;
            for (ThreadInfo info : threads.getThreadInfo(threads.getAllThreadIds())) {
                if (info != null && info.getThreadName().equals(name)) {
                    sum += Math.max(0, threads.getThreadCpuTime(info.getThreadId()));
                }
            }
            return sum;
        }
    }
}
