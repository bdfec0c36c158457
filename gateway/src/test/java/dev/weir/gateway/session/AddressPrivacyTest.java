package dev.weir.gateway.session;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.gateway.conformance.Row;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AddressPrivacyTest {
    @ParameterizedTest
    @CsvSource({
        "FULL, 192.0.2.77, 192.0.2.77:5000",
        "TRUNCATED, 192.0.2.77, 192.0.2.0/24",
        "NONE, 192.0.2.77, ''",
        "FULL, 2001:db8:1:2::3, [2001:db8:1:2:0:0:0:3]:5000",
        "TRUNCATED, 2001:db8:1:2::3, 2001:db8:1:0:0:0:0:0/48",
    })
    @Row("T23")
    void t23TellsAsMuchOfAnAddressAsAllowed(AddressPrivacy privacy, String host, String shown) throws Exception {
        InetSocketAddress address = new InetSocketAddress(InetAddress.getByName(host), 5000);

        assertThat(privacy.show(address)).isEqualTo(shown);
    }

    @ParameterizedTest
    @CsvSource({
        "FULL, 192.0.2.77, udp, 192.0.2.77:5000/host",
        "TRUNCATED, 192.0.2.77, udp, 192.0.2.0/24/host",
        "TRUNCATED, 192.0.2.77, tcp, 192.0.2.0/24/tcp/host",
        "TRUNCATED, f0e1.local, udp, mdns/host",
        "FULL, f0e1.local, udp, mdns/host",
        "TRUNCATED, laptop.example.org, udp, name/host",
        "NONE, 192.0.2.77, udp, host",
    })
    @Row("T23")
    void t23TellsAsMuchOfACandidateAsAllowed(AddressPrivacy privacy, String host, String transport, String shown) {
        String candidate = "candidate:1 1 " + transport + " 2130706431 " + host + " 5000 typ host generation 0";

        assertThat(privacy.showCandidate(candidate)).isEqualTo(shown);
    }

    @Test
    void whatCannotBeReadIsNotRepeated() {
        assertThat(AddressPrivacy.FULL.showCandidate("candidate:<script>")).isEqualTo("unreadable");
        assertThat(AddressPrivacy.of("truncated")).contains(AddressPrivacy.TRUNCATED);
        assertThat(AddressPrivacy.of("some")).isEmpty();
    }
}
