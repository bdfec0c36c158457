package dev.weir.webrtc.net;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class KernelDropsTest {
    @Test
    void theLinesOfThePortAreSummed() {
        List<String> table = List.of(
                "   sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode ref"
                        + " pointer drops",
                "  119: 0100007F:1FFD 00000000:0000 07 00000000:00000000 00:00000000 00000000     0        0 1 2 0 7",
                "  119: 0100007F:1FFD 00000000:0000 07 00000000:00000000 00:00000000 00000000     0        0 2 2 0 5",
                "  120: 0100007F:1FFE 00000000:0000 07 00000000:00000000 00:00000000 00000000     0        0 3 2 0 9");

        assertThat(KernelDrops.in(table, Set.of(8_189))).isEqualTo(12);
        assertThat(KernelDrops.in(table, Set.of(8_188, 1))).isZero();
    }

    @Test
    void whatOverflowsASocketIsCounted() throws Exception {
        InetAddress loopback = InetAddress.getByAddress(new byte[] {127, 0, 0, 1});
        try (DatagramSocket full = new DatagramSocket(new InetSocketAddress(loopback, 0));
                DatagramSocket sender = new DatagramSocket()) {
            full.setReceiveBufferSize(4_096);
            assertThat(KernelDrops.of(Set.of(full.getLocalPort()))).isZero();

            for (int i = 0; i < 100; i++) {
                sender.send(new DatagramPacket(new byte[1_000], 1_000, full.getLocalSocketAddress()));
            }

            assertThat(KernelDrops.of(Set.of(full.getLocalPort()))).isBetween(50L, 99L);
        }
    }
}
