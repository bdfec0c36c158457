package dev.weir.webrtc.rtcp;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.SplittableRandom;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.provider.MethodSource;

class RtcpFuzzTest {
    /** One packet of each type that we read, and of those that we skip: APP and XR. */
    static Stream<byte[]> packets() {
        return Stream.<Consumer<ByteBuffer>>of(
                        out -> RtcpWriter.senderReport(out, 1, 2, 3, 4, 5),
                        out -> {
                            RtcpWriter.receiverReport(out, 1, 1);
                            RtcpWriter.reportBlock(out, 1, 2, 3, 4, 5, 6, 7);
                        },
                        out -> RtcpWriter.sdesCname(out, 1, new byte[5]),
                        out -> RtcpWriter.transportFeedback(
                                out, 1, 2, 65_530, 1, new long[] {0, 1, 9, 300, 301, 9_000}, 6),
                        out -> RtcpWriter.nack(out, 1, 2, new int[] {1, 2, 30}, 3),
                        out -> RtcpWriter.pli(out, 1, 2),
                        out -> RtcpWriter.fir(out, 1, 2, 3),
                        out -> RtcpWriter.remb(out, 1, 2, 1L << 33),
                        out -> RtcpWriter.bye(out, 1),
                        out -> out.put(new byte[] {(byte) 0x80, (byte) 204, 0, 2, 0, 0, 0, 1, 'n', 'a', 'm', 'e'}),
                        out -> out.put(new byte[] {(byte) 0x80, (byte) 207, 0, 3, 0, 0, 0, 1, 4, 0, 0, 1, 0, 0, 0, 9}))
                .map(writer -> {
                    ByteBuffer out = ByteBuffer.allocate(200);
                    writer.accept(out);
                    return Arrays.copyOf(out.array(), out.position());
                });
    }

    @MethodSource("packets")
    @FuzzTest(maxDuration = "1m")
    void readerNeverThrows(byte[] datagram) {
        read(datagram);
    }

    @Test
    void mutatedCompoundsNeverThrow() {
        long seed = 4_585;
        SplittableRandom random = new SplittableRandom(seed);
        for (int round = 0; round < 30_000; round++) {
            byte[] compound = compound(random);
            int changes = random.nextInt(5);
            for (int i = 0; i < changes; i++) {
                compound[random.nextInt(compound.length)] = (byte) random.nextInt();
            }
            try {
                read(compound);
            } catch (RuntimeException e) {
                throw new AssertionError("seed " + seed + " round " + round, e);
            }
        }
    }

    private static byte[] compound(SplittableRandom random) {
        ByteBuffer out = ByteBuffer.allocate(1_500);
        long[] ticks = random.longs(20, 0, 2_000).sorted().toArray();
        RtcpWriter.senderReport(out, 1, 2, 3, 4, 5);
        RtcpWriter.receiverReport(out, 1, 1);
        RtcpWriter.reportBlock(out, 1, 2, 3, 4, 5, 6, 7);
        RtcpWriter.sdesCname(out, 1, new byte[random.nextInt(20)]);
        RtcpWriter.transportFeedback(out, 1, 2, random.nextInt(65_536), 1, ticks, ticks.length);
        RtcpWriter.nack(out, 1, 2, new int[] {1, 2, 30}, 3);
        RtcpWriter.remb(out, 1, 2, random.nextLong(1L << 40));
        RtcpWriter.fir(out, 1, 2, 3);
        RtcpWriter.bye(out, 1);
        byte[] bytes = new byte[1 + random.nextInt(out.position())];
        out.flip().get(bytes);
        return bytes;
    }

    private static void read(byte[] datagram) {
        ByteBuffer packet = ByteBuffer.wrap(datagram);
        RtcpReader.isRtcp(packet);
        RtcpReader.read(packet, new RecordingHandler());
    }
}
