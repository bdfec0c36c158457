package dev.weir.webrtc.net;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;

/** Compares with {@code struct sockaddr_in} and {@code sockaddr_in6} of a little-endian Linux. */
class RemoteTest {
    private static final byte[] V4 = {(byte) 192, 0, 2, 7};
    private static final byte[] V6 = HexFormat.of().parseHex("20010db8000000000000000000000001");

    @Test
    void anIpv4SocketGetsFamilyPortAndAddress() throws Exception {
        InetSocketAddress address = new InetSocketAddress(InetAddress.getByAddress(V4), 0x1234);

        assertThat(hex(Remote.of(address, Remote.AF_INET))).isEqualTo("0200" + "1234" + "c0000207" + "00".repeat(8));
    }

    @Test
    void anIpv6SocketReachesIpv4ByAMappedAddress() throws Exception {
        InetSocketAddress address = new InetSocketAddress(InetAddress.getByAddress(V4), 0x1234);

        assertThat(hex(Remote.of(address, Remote.AF_INET6)))
                .isEqualTo("0a00" + "1234" + "00000000" + "00".repeat(10) + "ffffc0000207" + "00000000");
    }

    @Test
    void anIpv6AddressKeepsItsScope() throws Exception {
        InetSocketAddress address = new InetSocketAddress(Inet6Address.getByAddress(null, V6, 3), 9);

        assertThat(hex(Remote.of(address, Remote.AF_INET6)))
                .isEqualTo("0a00" + "0009" + "00000000" + "20010db8000000000000000000000001" + "03000000");
    }

    @Test
    void anIpv4SocketReachesNoIpv6Address() throws Exception {
        InetSocketAddress address = new InetSocketAddress(InetAddress.getByAddress(V6), 9);

        assertThat(Remote.of(address, Remote.AF_INET).name).isEmpty();
    }

    private static String hex(Remote remote) {
        return HexFormat.of().formatHex(remote.name);
    }
}
