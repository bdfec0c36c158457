package dev.weir.connector.restream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weir.connector.config.RestreamSinkConfig;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AddressGuardTest {
    @TempDir
    Path folder = Path.of("");

    @ParameterizedTest
    @ValueSource(
            strings = {
                "127.0.0.1",
                "localhost",
                "10.1.2.3",
                "172.16.0.1",
                "172.31.255.255",
                "192.168.1.1",
                "169.254.169.254",
                "100.64.0.1",
                "0.0.0.0",
                "224.0.0.1",
                "255.255.255.255",
                "::1",
                "::",
                "fe80::1",
                "fd00::1",
                "ff02::1",
                "::ffff:127.0.0.1",
                "64:ff9b::7f00:1",
                "2002:7f00:1::",
                "192.0.2.1",
                "198.51.100.7",
                "203.0.113.9",
                "2001:db8::1",
                "2130706433"
            })
    void whatIsNotOnThePublicInternetIsRefused(String host) {
        AddressGuard guard = new AddressGuard(List.of());
        assertThatThrownBy(() -> guard.resolve(host))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("restream.allow");
    }

    @ParameterizedTest
    @ValueSource(strings = {"93.184.216.34", "172.32.0.1", "9.255.255.255", "2606:4700::1", "11.0.0.1"})
    void thePublicInternetIsPermitted(String host) throws IOException {
        assertThat(new AddressGuard(List.of()).resolve(host)).isEqualTo(InetAddress.getByName(host));
    }

    @Test
    void theOperatorMayAllowNetworksAddressesAndHosts() throws IOException {
        AddressGuard guard = new AddressGuard(List.of("10.1.0.0/16", " fd00::/8", "192.168.7.7", "localhost"));

        assertThat(guard.resolve("10.1.255.1")).isNotNull();
        assertThat(guard.resolve("fd12::1")).isNotNull();
        assertThat(guard.resolve("192.168.7.7")).isNotNull();
        assertThat(guard.resolve("localhost").isLoopbackAddress()).isTrue();
        assertThatThrownBy(() -> guard.resolve("127.0.0.1")).hasMessageContaining("not on the public internet");
        assertThatThrownBy(() -> guard.resolve("10.2.0.1")).hasMessageContaining("restream.allow");
        assertThatThrownBy(() -> new AddressGuard(List.of("10.0.0.0/33"))).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new AddressGuard(List.of("what ever"))).isInstanceOf(IllegalArgumentException.class);
    }

    /** Every kind of target asks the guard before it opens a connection. */
    @Test
    void noTargetReachesAPrivateAddress() throws Exception {
        TestLog log = new TestLog();
        List<TaskBed> beds = new ArrayList<>();
        try (ServerSocket inside = new ServerSocket();
                LiveStream stream = TestStreams.silence(log)) {
            inside.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
            stream.start();
            for (TargetUrl.Scheme scheme : TargetUrl.Scheme.values()) {
                int port = scheme.needsSessionFile() ? 40_000 : inside.getLocalPort();
                String url = scheme.text() + "://localhost:" + port + "/app/live.m3u8";
                String sdp = folder.resolve("x.sdp").toString();
                beds.add(new TaskBed(
                        log, 0, url, Map.of(RestreamSinkConfig.ALLOW, "", RestreamSinkConfig.SDP_FILE, sdp)));
            }
            for (TaskBed bed : beds) {
                Awaitility.await()
                        .atMost(Duration.ofSeconds(30))
                        .until(() -> bed.status().failures() > 0);
                assertThat(bed.status().lastError())
                        .as(bed.url())
                        .contains("not on the public internet", "restream.allow");
            }
            inside.setSoTimeout(1);
            assertThatThrownBy(inside::accept).hasMessageContaining("timed out");
        } finally {
            beds.forEach(TaskBed::close);
        }
    }
}
