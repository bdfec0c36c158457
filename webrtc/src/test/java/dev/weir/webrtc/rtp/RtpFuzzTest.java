package dev.weir.webrtc.rtp;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.nio.ByteBuffer;
import java.util.HexFormat;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.provider.MethodSource;

class RtpFuzzTest {
    /** One-byte and two-byte extensions, CSRCs, padding. */
    static Stream<byte[]> packets() {
        return Stream.of(
                        "9060 0001 0000 0bb8 0000 1234 bede 0002 1030 3102 0000 0000 7f",
                        "90e0 0001 0000 0bb8 0000 1234 1000 0002 0101 4102 0000 0000 7f",
                        "8260 0001 0000 0bb8 0000 1234 0000 0001 0000 0002 7f",
                        "a060 0001 0000 0bb8 0000 1234 0000 0004")
                .map(text -> HexFormat.of().parseHex(text.replace(" ", "")));
    }

    @MethodSource("packets")
    @FuzzTest(maxDuration = "1m")
    void validPacketsCanBeReadWhole(byte[] datagram) {
        read(datagram);
    }

    @Test
    void randomPacketsAreRefusedOrReadable() {
        long seed = 3_550;
        SplittableRandom random = new SplittableRandom(seed);
        for (int round = 0; round < 100_000; round++) {
            byte[] datagram = new byte[random.nextInt(64)];
            random.nextBytes(datagram);
            if (datagram.length > 15) {
                datagram[0] = (byte) (0x80 | (random.nextInt(64) & (random.nextInt(4) == 0 ? 0x3F : 0x30)));
                datagram[12] = (byte) (random.nextBoolean() ? 0xBE : 0x10);
                datagram[13] = (byte) (datagram[12] == 0x10 ? 0 : 0xDE);
                datagram[14] = 0;
                datagram[15] = (byte) random.nextInt(8);
            }
            try {
                read(datagram);
            } catch (RuntimeException e) {
                throw new AssertionError("seed " + seed + " round " + round, e);
            }
        }
    }

    private static void read(byte[] datagram) {
        ByteBuffer packet = ByteBuffer.wrap(datagram);
        if (!RtpHeader.isValid(packet)) {
            return;
        }
        RtpHeader.payload(packet);
        for (int id = 0; id < 256; id++) {
            HeaderExtensions.text(packet, id);
            HeaderExtensions.unsigned(packet, id);
        }
    }
}
