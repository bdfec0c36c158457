package dev.weir.webrtc.srtp;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Guards the garbage per packet: what the JDK's ciphers make of it (about 1.1 kB on 17), and nothing of our own. */
class SrtpAllocationTest {
    private static final int PACKETS = 20_000;
    private static final long LIMIT_BYTES = 1_600;

    @ParameterizedTest
    @EnumSource
    void protectingMakesLittleGarbage(SrtpProfile profile) {
        SrtpProtector protector =
                new SrtpProtector(profile, new byte[profile.keyLength()], new byte[profile.saltLength()]);
        ByteBuffer packet = ByteBuffer.allocate(1_500);
        protect(protector, packet, 0);
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        long before = threads.getCurrentThreadAllocatedBytes();

        protect(protector, packet, PACKETS);

        long perPacket = (threads.getCurrentThreadAllocatedBytes() - before) / PACKETS;
        assertThat(perPacket).isLessThan(LIMIT_BYTES);
    }

    private static void protect(SrtpProtector protector, ByteBuffer packet, int from) {
        for (int i = 0; i < PACKETS; i++) {
            packet.clear().limit(1_200);
            packet.put(0, (byte) 0x80).putShort(2, (short) (from + i));
            assert protector.protectRtp(packet) > 0;
        }
    }
}
