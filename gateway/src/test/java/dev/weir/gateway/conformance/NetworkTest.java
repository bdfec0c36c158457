package dev.weir.gateway.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.gateway.conformance.IceBed.Screen;
import dev.weir.webrtc.client.WhepClient;
import dev.weir.webrtc.client.WhipClient;
import dev.weir.webrtc.ice.IceCredentials;
import java.net.InetAddress;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The ways in: a public address before a NAT, TCP beside UDP, and what the answer tells of them. IPv6 is shown by
 * {@link Ipv6Test}: the JVM of these tests has it switched off.
 */
class NetworkTest {
    private static List<String> candidates(IceBed bed) throws Exception {
        String answer = bed.post("/whip/any", IceBed.offer("sendonly", IceCredentials.random(), List.of()))
                .body();
        return answer.lines().filter(line -> line.startsWith("a=candidate:")).toList();
    }

    private static void mediaFlows(IceBed bed) throws Exception {
        WhipClient publisher = bed.publish("show");
        bed.film(publisher);
        Screen screen = new Screen();
        WhepClient viewer = bed.view("show", screen);
        screen.awaitMore(50);
        screen.hasNoGap();
        viewer.close();
        publisher.close();
    }

    @Test
    @Row("W21")
    void w21UdpComesFirstAndTcpLast() throws Exception {
        List<InetAddress> addresses = List.of(InetAddress.getByName("127.0.0.1"), InetAddress.getByName("127.0.0.4"));
        try (IceBed bed =
                new IceBed(settings -> settings.udpAddresses(addresses).tcpPort(0))) {
            int udp = bed.server().udpAddress().getPort();
            int tcp = bed.server().tcpAddresses().get(0).getPort();

            List<String> candidates = candidates(bed);

            assertThat(candidates).hasSize(4);
            assertThat(candidates.get(0)).contains(" UDP ", " 127.0.0.1 " + udp + " typ host");
            assertThat(candidates.get(1)).contains(" UDP ", " 127.0.0.4 " + udp + " typ host");
            assertThat(candidates.subList(2, 4))
                    .allSatisfy(line -> assertThat(line).contains(" TCP ", " " + tcp + " typ host tcptype passive"));
            assertThat(candidates.stream()
                            .map(line -> Long.parseLong(line.split(" ", -1)[3]))
                            .sorted()
                            .limit(2))
                    .as("TCP has the lowest priorities")
                    .containsExactlyInAnyOrderElementsOf(candidates.subList(2, 4).stream()
                            .map(line -> Long.parseLong(line.split(" ", -1)[3]))
                            .toList());
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void mediaFlowsThroughTheAddressThatTheNatHasOutside(boolean full) throws Exception {
        try (IceBed bed = new IceBed(
                settings -> settings.publicAddresses(List.of("127.0.0.2")).fullIce(full))) {
            int port = bed.server().udpAddress().getPort();
            assertThat(candidates(bed))
                    .singleElement()
                    .asString()
                    .contains(" 127.0.0.2 " + port + " typ host")
                    .doesNotContain("127.0.0.1");

            try (UdpRelay nat = new UdpRelay("127.0.0.2", bed.server().udpAddress())) {
                mediaFlows(bed);
                assertThat(nat.toClients()).as("by the NAT, not around it").isGreaterThan(50);
            }
        }
    }
}
