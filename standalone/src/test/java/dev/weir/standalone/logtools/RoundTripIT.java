package dev.weir.standalone.logtools;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.schemas.EndOfStream;
import dev.weir.schemas.Gap;
import dev.weir.schemas.LogEntry;
import dev.weir.schemas.LogPacket;
import dev.weir.standalone.CommandRun;
import dev.weir.standalone.journal.LogPosition;
import dev.weir.standalone.journal.LogReader;
import dev.weir.webrtc.rtp.RtpHeader;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Every RTP packet that a publisher sends (payload, header fields, extensions, CSRCs, padding) comes back from Kafka once and in
 * order, and the export equals it. The length is set by {@code weir.roundtrip.seconds}; 5 Mbit/s in three layers and sound.
 */
@Timeout(1_500)
class RoundTripIT {
    private static final int SECONDS = Integer.getInteger("weir.roundtrip.seconds", 6);
    private static final int FRAMES_PER_SECOND = 30;
    private static final int[] LAYER_BITRATES = {3_600_000, 1_000_000, 340_000};
    private static final int AUDIO_BYTES = 120;
    private static final long SEED = Long.getLong("weir.roundtrip.seed", 20_261_125L);

    @TempDir
    Path folder;

    /** The packets of each SSRC in order, by their digest: ten minutes would not fit as they are. */
    private final Map<Integer, List<Integer>> sent = new HashMap<>();

    private long packetsSent;
    private long payloadBytesSent;

    @Test
    void everyPacketComesBackOnceInOrderAndBitByBit() throws Exception {
        System.out.println("seed " + SEED + ", " + SECONDS + " s");
        try (LogBed bed = new LogBed(folder.resolve("data"))) {
            publish(bed);

            Map<Integer, List<Integer>> read = new HashMap<>();
            Map<Integer, SortedMap<Long, Integer>> ordered = new HashMap<>();
            long[] bytes = new long[2];
            try (LogReader log = LogReader.open(bed.bootstrap(), Optional.of("raw"))) {
                log.seek(LogPosition.BEGINNING);
                boolean[] ended = new boolean[1];
                long deadline = System.nanoTime() + 60_000_000_000L;
                log.read(
                        record -> {
                            bytes[0] += record.bytes();
                            for (LogEntry entry : record.batch().entries()) {
                                assertThat(entry).isNotInstanceOf(Gap.class);
                                ended[0] |= entry instanceof EndOfStream;
                                if (entry instanceof LogPacket packet) {
                                    int digest = Arrays.hashCode(packet.toRtp().array());
                                    read.computeIfAbsent(packet.ssrc(), ssrc -> new ArrayList<>())
                                            .add(digest);
                                    Integer former = ordered.computeIfAbsent(packet.ssrc(), ssrc -> new TreeMap<>())
                                            .put(packet.extendedSequence(), digest);
                                    assertThat(former)
                                            .as("%s is there twice", packet)
                                            .isNull();
                                }
                            }
                            return !ended[0];
                        },
                        () -> !ended[0] && System.nanoTime() < deadline);
            }

            long packetsRead = read.values().stream().mapToLong(List::size).sum();
            System.out.printf(
                    "sent %d packets with %d payload bytes, read %d; %.2f bytes in Kafka per RTP payload byte%n",
                    packetsSent, payloadBytesSent, packetsRead, bytes[0] / (double) payloadBytesSent);
            assertThat(read.keySet()).isEqualTo(sent.keySet());
            sent.forEach((ssrc, digests) -> {
                SortedMap<Long, Integer> found = ordered.getOrDefault(ssrc, new TreeMap<>());
                assertThat(found).as("packets of SSRC " + ssrc).hasSameSizeAs(digests);
                assertThat(found.values()).as("bytes of SSRC " + ssrc).containsExactlyElementsOf(digests);
            });
            exportsEqual(bed, read);
        }
    }

    private void publish(LogBed bed) throws Exception {
        try (RawPublisher publisher = new RawPublisher(bed.whip("raw"), bed.loop())) {
            List<RawPackets> layers = new ArrayList<>();
            for (int i = 0; i < LAYER_BITRATES.length; i++) {
                layers.add(new RawPackets(SEED + i, true, RawPublisher.RIDS.get(i), 0x1000 + i));
            }
            RawPackets sound = new RawPackets(SEED + 10, false, "", RawPublisher.audioSsrc());
            long start = System.nanoTime();
            for (int frame = 0; frame < SECONDS * FRAMES_PER_SECOND; frame++) {
                long due = start + frame * 1_000_000_000L / FRAMES_PER_SECOND;
                for (long left = due - System.nanoTime(); left > 0; left = due - System.nanoTime()) {
                    LockSupport.parkNanos(left);
                }
                for (int i = 0; i < LAYER_BITRATES.length; i++) {
                    int bytes = LAYER_BITRATES[i] / 8 / FRAMES_PER_SECOND;
                    send(publisher, layers.get(i), layers.get(i).nextFrame(bytes, 3_000));
                }
                send(publisher, sound, sound.nextFrame(AUDIO_BYTES, 1_600));
            }
            publisher.flush();
            awaitTail();
        }
    }

    /** Lets the last retransmissions happen before the goodbye. */
    private static void awaitTail() {
        long end = System.nanoTime() + 500_000_000L;
        for (long left = end - System.nanoTime(); left > 0; left = end - System.nanoTime()) {
            LockSupport.parkNanos(left);
        }
    }

    private void send(RawPublisher publisher, RawPackets layer, byte[][] packets) {
        for (byte[] packet : packets) {
            publisher.send(packet);
            packetsSent++;
            payloadBytesSent += RtpHeader.payloadLength(ByteBuffer.wrap(packet));
            sent.computeIfAbsent(layer.ssrc(), ssrc -> new ArrayList<>()).add(Arrays.hashCode(packet));
        }
    }

    private void exportsEqual(LogBed bed, Map<Integer, List<Integer>> log) throws Exception {
        Path pcap = folder.resolve("raw.pcap");
        Path dump = folder.resolve("raw.rtpdump");
        CommandRun first =
                CommandRun.of("export", "--bootstrap", bed.bootstrap(), "--stream", "raw", "--output", pcap.toString());
        CommandRun second =
                CommandRun.of("export", "--bootstrap", bed.bootstrap(), "--stream", "raw", "--output", dump.toString());
        assertThat(first.exitCode()).as(first.err()).isZero();
        assertThat(second.exitCode()).as(second.err()).isZero();

        assertThat(byHash(PacketFiles.pcap(pcap))).isEqualTo(log);
        assertThat(byHash(PacketFiles.rtpdump(dump))).isEqualTo(log);
        // An independent reader finds valid checksums and RTP, in the same number.
        assertThat(PacketFiles.tshark(pcap, folder).lines()).hasSize((int) packetsSent);
    }

    private static Map<Integer, List<Integer>> byHash(List<byte[]> packets) {
        Map<Integer, List<Integer>> found = new HashMap<>();
        for (byte[] packet : packets) {
            found.computeIfAbsent(RtpHeader.ssrc(ByteBuffer.wrap(packet)), ssrc -> new ArrayList<>())
                    .add(Arrays.hashCode(packet));
        }
        return found;
    }
}
