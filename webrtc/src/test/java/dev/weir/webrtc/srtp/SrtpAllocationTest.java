package dev.weir.webrtc.srtp;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Guards the garbage per packet: none by the quick ciphers, what the JDK's make of it (about 1.1 kB on 17) by the others. */
class SrtpAllocationTest {
    private static final int PACKETS = 20_000;
    private static final double LIMIT_BYTES = 1_600;
    /** Some objects of the first packets and of the measurement, over all packets. */
    private static final double NONE = 0.5;

    @ParameterizedTest
    @EnumSource
    void protectingByTheJdksCiphersMakesLittleGarbage(SrtpProfile profile) {
        assertThat(bytesPerPacket(profile, SrtpCiphers.PROVIDER)).isLessThan(LIMIT_BYTES);
    }

    @ParameterizedTest
    @EnumSource
    void protectingAndOpeningByTheQuickOnesMakesNone(SrtpProfile profile) {
        assertThat(bytesPerPacket(profile, SrtpCiphers.INTRINSIC)).isLessThan(NONE);
    }

    private static double bytesPerPacket(SrtpProfile profile, SrtpCiphers ciphers) {
        byte[] key = new byte[profile.keyLength()];
        byte[] salt = new byte[profile.saltLength()];
        SrtpProtector protector = new SrtpProtector(profile, key, salt, ciphers);
        SrtpUnprotector unprotector = new SrtpUnprotector(profile, key, salt, ciphers);
        ByteBuffer packet = ByteBuffer.allocate(1_500);
        protect(protector, unprotector, packet, 0);
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        long before = threads.getCurrentThreadAllocatedBytes();
        protect(protector, unprotector, packet, PACKETS);
        return (threads.getCurrentThreadAllocatedBytes() - before)
                / (double) PACKETS
                / (ciphers == SrtpCiphers.PROVIDER ? 2 : 1);
    }

    private static void protect(SrtpProtector protector, SrtpUnprotector unprotector, ByteBuffer packet, int from) {
        for (int i = 0; i < PACKETS; i++) {
            packet.clear().limit(1_200);
            packet.put(0, (byte) 0x80).putShort(2, (short) (from + i));
            if (protector.protectRtp(packet) < 0 || unprotector.unprotectRtp(packet) != UnprotectResult.OK) {
                throw new AssertionError("packet " + i);
            }
        }
    }
}
