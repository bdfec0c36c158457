package dev.weir.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weir.gateway.config.ConfigException;
import dev.weir.gateway.session.Caller;
import dev.weir.gateway.session.IceConfig;
import java.net.InetAddress;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class IceReaderTest {
    private static ServerConfig read(Map<String, String> environment) throws ConfigException {
        return ConfigReader.serverConfig(ConfigReader.load(Optional.empty(), environment, List.of()));
    }

    @Test
    void theDefaultIsLiteOnUdpAloneWithoutServers() throws Exception {
        ServerConfig config = read(Map.of());

        assertThat(config.sessions().ice()).isEqualTo(IceConfig.DEFAULT);
        assertThat(config.tcpPort()).isEmpty();
        assertThat(config.iceServers().serversFor(Caller.anonymous(InetAddress.getLoopbackAddress())))
                .isEmpty();
    }

    @Test
    void everySettingArrives() throws Exception {
        ServerConfig config = read(Map.of(
                "WEIR_ICE_MODE", "full",
                "WEIR_ICE_TRICKLE", "false",
                "WEIR_ICE_RESTART", "false",
                "WEIR_TCP_PORT", "443",
                "WEIR_UDP_PUBLIC_ADDRESS", "203.0.113.7,2001:db8::7",
                "WEIR_ICE_SERVERS", "stun:stun.example.org,turn:turn.example.org",
                "WEIR_ICE_TURN_SECRET", "secret"));

        assertThat(config.sessions().ice())
                .isEqualTo(new IceConfig(true, false, false, List.of("203.0.113.7", "2001:db8:0:0:0:0:0:7")));
        assertThat(config.tcpPort()).hasValue(443);
        assertThat(config.iceServers().serversFor(Caller.anonymous(InetAddress.getLoopbackAddress())))
                .hasSize(2)
                .last()
                .satisfies(turn -> assertThat(turn.username()).matches("[0-9]{10}:anonymous"));
    }

    @ParameterizedTest
    @CsvSource({
        "WEIR_ICE_MODE, half, lite or full",
        "WEIR_UDP_PUBLIC_ADDRESS, gateway.example.org, not a name",
        "WEIR_UDP_PUBLIC_ADDRESS, 203.0.113.700, IP address",
        "WEIR_UDP_PUBLIC_ADDRESS, '203.0.113.7,203.0.113.8', two addresses of one family",
        "WEIR_ICE_SERVERS, turn:turn.example.org, ice.turn-secret",
        "WEIR_ICE_SERVERS, https://turn.example.org, not a STUN or TURN URI",
    })
    void aMistakeIsNamed(String variable, String value, String message) {
        assertThatThrownBy(() -> read(Map.of(variable, value)))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining(message);
    }
}
