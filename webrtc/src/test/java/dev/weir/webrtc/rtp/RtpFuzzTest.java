package dev.weir.webrtc.rtp;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.nio.ByteBuffer;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class RtpFuzzTest {
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
