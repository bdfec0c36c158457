package dev.weir.webrtc.ice;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetSocketAddress;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class IceCandidateTest {
    @ParameterizedTest
    @ValueSource(
            strings = {
                "candidate:1 1 udp 2130706431 192.0.2.1 3478 typ host",
                "a=candidate:1 1 UDP 2130706431 192.0.2.1 3478 typ host generation 0 ufrag abcd network-cost 999",
                "1 1 udp 2130706431 192.0.2.1 3478 typ host"
            })
    void readsAUdpCandidate(String line) {
        IceCandidate candidate = IceCandidate.parse(line).orElseThrow();

        assertThat(candidate.address()).isEqualTo(new InetSocketAddress("192.0.2.1", 3_478));
        assertThat(candidate.priority()).isEqualTo(2_130_706_431L);
        assertThat(candidate.type()).isEqualTo("host");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "candidate:1 1 udp 1 8d2c1a55-9f7e-4d0c-8f3e-000000000000.local 5000 typ host",
                "candidate:1 1 udp 1 example.org 5000 typ host",
                "candidate:1 1 tcp 1 192.0.2.1 9 typ host tcptype active",
                "candidate:1 2 udp 1 192.0.2.1 5000 typ host",
                "candidate:1 1 udp 1 192.0.2.1 0 typ host",
                "candidate:1 1 udp 1 192.0.2.1 70000 typ host",
                "candidate:1 1 udp x 192.0.2.1 5000 typ host",
                "candidate:1 1 udp 1 999.0.2.1 5000 typ host",
                "candidate:1 1 udp 1 :::: 5000 typ host",
                "candidate:1 1 udp 1 192.0.2.256 5000 typ host",
                "candidate:1 1 udp 1 192.0.2 5000 typ host",
                "candidate:1 1 udp 1 0.0.0.0 5000 typ host",
                "candidate:1 1 udp 1 :: 5000 typ host",
                "candidate:1 1 udp 1 224.0.0.1 5000 typ host",
                "candidate:1 1 udp 1 192.0.2.1 5000 typ h/st",
                "candidate:1_1 1 udp 1 192.0.2.1 5000 typ host",
                "candidate:1 1 udp 1 192.0.2.1 5000 host"
            })
    void ignoresEverythingElseAndResolvesNoName(String line) {
        assertThat(IceCandidate.parse(line)).isEmpty();
    }

    @Test
    void writesWhatItReads() {
        IceCandidate first = IceCandidate.host(new InetSocketAddress("2001:db8::1", 9), 0);
        IceCandidate second = IceCandidate.host(new InetSocketAddress("192.0.2.1", 9), 1);

        assertThat(IceCandidate.parse(first.toSdp())).contains(first);
        assertThat(first.priority()).isGreaterThan(second.priority());
        assertThat(first.priority()).isEqualTo(2_130_706_431L);
    }
}
