package dev.weir.gateway.session;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

/** The sentences by which somebody finds out why nothing comes. */
class DiagnosisTest {
    @Test
    void namesBothSidesAddressesAndWhatToSetBehindNat() {
        String text = new Diagnosis(
                        15, List.of("10.0.0.5:8189"), false, List.of("mdns/host", "198.51.100.0/24/srflx"), 0, 0)
                .text();

        assertThat(text)
                .contains("No packet arrived within 15 s")
                .contains("10.0.0.5:8189 (private network only)")
                .contains("the client offered mdns/host, 198.51.100.0/24/srflx")
                .contains("UDP port 8189")
                .contains("set udp.public-address");
    }

    @Test
    void doubtsAPublicAddressThatIsSet() {
        String text = new Diagnosis(15, List.of("203.0.113.9:8189"), true, List.of(), 0, 0).text();

        assertThat(text)
                .contains("We offered 203.0.113.9:8189;")
                .contains("the client offered no address (it need not)")
                .contains("check that udp.public-address");
    }

    @Test
    void tellsWhatMattersOfTheClientsAddresses() {
        List<String> candidates = List.of(
                "192.0.2.0/24/host",
                "0:0:0:0:0:0:0:0/48/host",
                "fd00:0:0:0:0:0:0:0/48/host",
                "192.0.2.0/24/tcp/host",
                "192.0.2.0/24/host");
        String text = new Diagnosis(15, List.of("203.0.113.9:8189"), true, candidates, 0, 0).text();

        assertThat(text).contains("the client offered 192.0.2.0/24/host, ::/48/host, fd00::/48/host. ");
    }

    @Test
    void aLoopbackAddressIsReachedFromHereOnly() {
        String text = new Diagnosis(15, List.of("127.0.0.1:8189"), false, List.of(), 0, 0).text();

        assertThat(text).contains("127.0.0.1:8189 (this machine only)").contains("set http.address or udp.addresses");
    }

    @Test
    void checksWithAnotherPasswordPointAtAProxy() {
        String text = new Diagnosis(15, List.of("203.0.113.9:8189"), true, List.of(), 0, 12).text();

        assertThat(text)
                .startsWith("12 connectivity checks arrived, none with the password")
                .contains("proxy");
    }

    @Test
    void checksWithoutAHandshakePointAtTheWayBack() {
        String text = new Diagnosis(15, List.of("203.0.113.9:8189"), true, List.of(), 7, 1).text();

        assertThat(text).contains("reached us (7 connectivity checks)").contains("DTLS handshake did not finish");
    }
}
