package dev.weir.gateway.security;

import static dev.weir.gateway.security.SecuredGateway.header;
import static dev.weir.gateway.security.SecuredGateway.only;
import static dev.weir.gateway.security.SecuredGateway.token;
import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.gateway.access.Rate;
import dev.weir.gateway.access.RateConfig;
import dev.weir.gateway.access.TrustedProxies;
import dev.weir.gateway.conformance.Row;
import dev.weir.gateway.session.FloodConfig;
import dev.weir.webrtc.address.Cidr;
import java.net.InetAddress;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.List;
import org.junit.jupiter.api.Test;

/** More requests than a good client makes, from one address, one token, or everywhere. */
class FloodTest {
    private static final Rate GENEROUS = new Rate(100_000, 100_000);
    private static final TrustedProxies LOOPBACK_PROXY = new TrustedProxies(List.of(Cidr.parse("127.0.0.0/8")));

    private static HttpRequest.Builder from(SecuredGateway gateway, String address, String method, String path)
            throws Exception {
        return gateway.request(method, path, "").header("X-Forwarded-For", address);
    }

    @Test
    @Row({"W49", "T07", "V17.3.1"})
    void w49T07V1731AnAddressBeyondItsRateGets429AndOthersGoOn() throws Exception {
        RateConfig rates = new RateConfig(new Rate(4, 1), GENEROUS, List.of());
        try (SecuredGateway gateway =
                SecuredGateway.start(builder -> builder.rates(rates).trustedProxies(LOOPBACK_PROXY))) {
            List<String> methods = List.of("POST", "PATCH", "DELETE");
            for (int i = 0; i < 4; i++) {
                String method = methods.get(i % 3);
                String path = method.equals("POST") ? "/whip/s" + i : "/session/none";
                assertThat(gateway.send(from(gateway, "192.0.2.1", method, path))
                                .statusCode())
                        .isNotEqualTo(429);
            }
            for (String method : methods) {
                String path = method.equals("POST") ? "/whip/more" : "/session/none";
                HttpResponse<String> response = gateway.send(from(gateway, "192.0.2.1", method, path));
                assertThat(response.statusCode()).as(method).isEqualTo(429);
                assertThat(header(response, "retry-after")).matches("[1-9][0-9]*");
                assertThat(response.body()).contains("\"code\":\"too-many-requests\"");
            }
            assertThat(gateway.send(from(gateway, "192.0.2.1", "GET", "/whip/more"))
                            .statusCode())
                    .isEqualTo(200);
            assertThat(gateway.send(from(gateway, "192.0.2.2", "POST", "/whip/other"))
                            .statusCode())
                    .isEqualTo(201);
        }
    }

    @Test
    @Row({"W49", "T07"})
    void w49T07AnIpv6NetworkCountsAsOneClient() throws Exception {
        RateConfig rates = new RateConfig(new Rate(3, 1), GENEROUS, List.of());
        try (SecuredGateway gateway =
                SecuredGateway.start(builder -> builder.rates(rates).trustedProxies(LOOPBACK_PROXY))) {
            for (int i = 1; i <= 3; i++) {
                assertThat(gateway.send(from(gateway, "2001:db8:1:2::" + i, "POST", "/whip/s" + i))
                                .statusCode())
                        .isEqualTo(201);
            }
            assertThat(gateway.send(from(gateway, "2001:db8:1:2:ffff::1", "POST", "/whip/x"))
                            .statusCode())
                    .isEqualTo(429);
            assertThat(gateway.send(from(gateway, "2001:db8:1:3::1", "POST", "/whip/y"))
                            .statusCode())
                    .isEqualTo(201);
        }
    }

    @Test
    @Row({"W49", "T07"})
    void w49T07ASubjectBeyondItsRateGets429WhereverItComesFrom() throws Exception {
        RateConfig rates = new RateConfig(GENEROUS, new Rate(2, 1), List.of());
        try (SecuredGateway gateway = SecuredGateway.start(
                builder -> builder.rates(rates).access(only(token("a", "publish:*"), token("b", "publish:*"))))) {
            assertThat(gateway.status("POST", "/whip/one", "a")).isEqualTo(201);
            assertThat(gateway.status("POST", "/whip/two", "a")).isEqualTo(201);
            assertThat(gateway.status("POST", "/whip/three", "a")).isEqualTo(429);
            assertThat(gateway.status("POST", "/whip/three", "b")).isEqualTo(201);
        }
    }

    @Test
    @Row("T07")
    void t07GuessingTokensCostsAsMuchAsAsking() throws Exception {
        RateConfig rates = new RateConfig(new Rate(3, 1), GENEROUS, List.of());
        try (SecuredGateway gateway =
                SecuredGateway.start(builder -> builder.rates(rates).access(only(token("a", "list:*"))))) {
            for (int i = 0; i < 3; i++) {
                assertThat(gateway.status("GET", "/streams", "guess" + i)).isEqualTo(401);
            }
            assertThat(gateway.status("GET", "/streams", "guess")).isEqualTo(429);
            assertThat(gateway.status("GET", "/streams", "a")).isEqualTo(200);
        }
    }

    @Test
    @Row("T07")
    void t07SessionsThatNeverConnectAreBoundedPerClientAndInAll() throws Exception {
        FloodConfig flood = new FloodConfig(5, 3, 1_000_000, 1_000);
        try (SecuredGateway gateway =
                SecuredGateway.start(builder -> builder.flood(flood).trustedProxies(LOOPBACK_PROXY))) {
            for (int i = 0; i < 3; i++) {
                assertThat(gateway.send(from(gateway, "192.0.2.1", "POST", "/whip/a" + i))
                                .statusCode())
                        .isEqualTo(201);
            }
            HttpResponse<String> own = gateway.send(from(gateway, "192.0.2.1", "POST", "/whip/b"));
            assertThat(own.statusCode()).isEqualTo(429);
            assertThat(header(own, "retry-after")).matches("[1-9][0-9]*");
            assertThat(gateway.send(from(gateway, "192.0.2.2", "POST", "/whip/c"))
                            .statusCode())
                    .isEqualTo(201);
            String last = header(gateway.send(from(gateway, "192.0.2.3", "POST", "/whip/d")), "location");
            HttpResponse<String> all = gateway.send(from(gateway, "192.0.2.4", "POST", "/whip/e"));
            assertThat(all.statusCode()).isEqualTo(503);
            assertThat(all.body()).contains("\"code\":\"too-many-unconnected\"");
            assertThat(header(all, "retry-after")).matches("[1-9][0-9]*");

            assertThat(gateway.send(from(gateway, "192.0.2.3", "DELETE", last)).statusCode())
                    .isEqualTo(200);
            assertThat(gateway.send(from(gateway, "192.0.2.4", "POST", "/whip/e"))
                            .statusCode())
                    .isEqualTo(201);
        }
    }

    @Test
    @Row("T21")
    void t21AnAddressInAHeaderCountsFromTrustedProxiesOnly() throws Exception {
        RateConfig rates = new RateConfig(new Rate(2, 1), GENEROUS, List.of());
        try (SecuredGateway gateway = SecuredGateway.start(builder -> builder.rates(rates))) {
            assertThat(gateway.send(from(gateway, "192.0.2.1", "POST", "/whip/a"))
                            .statusCode())
                    .isEqualTo(201);
            assertThat(gateway.send(from(gateway, "192.0.2.2", "POST", "/whip/b"))
                            .statusCode())
                    .isEqualTo(201);
            assertThat(gateway.send(from(gateway, "192.0.2.3", "POST", "/whip/c"))
                            .statusCode())
                    .isEqualTo(429);
        }
    }

    @Test
    @Row("T21")
    void t21TheNearestAddressThatIsNoProxyIsTheClient() throws Exception {
        TrustedProxies proxies = new TrustedProxies(List.of(Cidr.parse("10.0.0.0/8"), Cidr.parse("fd00::/8")));
        InetAddress proxy = InetAddress.getByName("10.0.0.1");
        assertThat(client(proxies, "10.0.0.1", "198.51.100.7, 192.0.2.1, 10.0.0.2"))
                .isEqualTo("192.0.2.1");
        assertThat(client(proxies, "10.0.0.1", "192.0.2.1,fd00::2")).isEqualTo("192.0.2.1");
        assertThat(client(proxies, "::ffff:10.0.0.1", "192.0.2.1")).isEqualTo("192.0.2.1");
        assertThat(client(proxies, "10.0.0.1", "192.0.2.1, unknown")).isEqualTo("10.0.0.1");
        assertThat(client(proxies, "10.0.0.1", "evil.example.org")).isEqualTo("10.0.0.1");
        assertThat(client(proxies, "10.0.0.1", "1.2.3.400")).isEqualTo("10.0.0.1");
        assertThat(client(proxies, "192.0.2.9", "127.0.0.1")).isEqualTo("192.0.2.9");
        assertThat(proxies.client(proxy, "")).isEqualTo(proxy);
    }

    private static String client(TrustedProxies proxies, String peer, String header) throws Exception {
        return proxies.client(InetAddress.getByName(peer), header).getHostAddress();
    }

    @Test
    @Row("T21")
    void t21TheLocationIsNoHostsWord() throws Exception {
        try (SecuredGateway gateway = SecuredGateway.start(builder -> builder)) {
            String answer = RawHttp.exchange(
                    gateway.address(),
                    "POST /whip/a HTTP/1.1\r\nHost: evil.example\r\nX-Forwarded-Host: evil.example\r\n"
                            + "X-Forwarded-Proto: https\r\nForwarded: host=evil.example\r\nConnection: close\r\n"
                            + "Content-Type: application/sdp\r\nContent-Length: "
                            + SecuredGateway.offer().length() + "\r\n\r\n" + SecuredGateway.offer());
            assertThat(answer).startsWith("HTTP/1.1 201").containsPattern("\r\nLocation: /session/[A-Za-z0-9_-]+\r\n");
            assertThat(answer).doesNotContain("evil.example");
        }
    }

    @Test
    @Row({"T15", "V17.3.2"})
    void t15V1732MalformedAndOversizedSignallingIsRefusedAndTheGatewayGoesOn() throws Exception {
        try (SecuredGateway gateway = SecuredGateway.start(builder -> builder)) {
            String offer = SecuredGateway.offer();
            List<String> bad = List.of(
                    "",
                    "v=0",
                    "\0\0\0\0",
                    offer.replace("v=0", "v=1"),
                    offer.substring(0, offer.length() / 3),
                    "v=0\r\n" + "a=x\r\n".repeat(20_000),
                    offer + "m=audio 9 UDP/TLS/RTP/SAVPF 111\r\n".repeat(40),
                    offer + "a=candidate:1 1 udp 1 192.0.2.1 9 typ host\r\n".repeat(80),
                    offer + "a=extmap:1 urn:x\r\n".repeat(40),
                    "x".repeat(200_000));
            for (int i = 0; i < bad.size(); i++) {
                HttpResponse<String> response = gateway.send(gateway.request("/whip/bad")
                        .header("Content-Type", "application/sdp")
                        .POST(HttpRequest.BodyPublishers.ofString(bad.get(i))));
                assertThat(response.statusCode()).as("offer %s", i).isIn(400, 413, 422);
                assertThat(response.body()).doesNotContain("Exception", "\tat ");
            }
            assertThat(gateway.server.sessions().size()).isZero();
            assertThat(gateway.status("POST", "/whip/good", "")).isEqualTo(201);
        }
    }

    @Test
    @Row("T15")
    void t15TheAnswerToATooLongBodyReachesItsSender() throws Exception {
        try (SecuredGateway gateway = SecuredGateway.start(builder -> builder)) {
            for (int i = 0; i < 100; i++) {
                int bytes = 70_000 + i * 9_000;
                HttpResponse<String> response = gateway.send(gateway.request("/whip/bad")
                        .header("Content-Type", "application/sdp")
                        .POST(HttpRequest.BodyPublishers.ofString("x".repeat(bytes))));
                assertThat(response.statusCode()).as("%s bytes", bytes).isEqualTo(413);
                assertThat(response.body()).contains("body-too-large");
            }
        }
    }

    @Test
    @Row("T15")
    void t15HeadersAreBounded() throws Exception {
        try (SecuredGateway gateway = SecuredGateway.start(builder -> builder)) {
            String big = RawHttp.exchange(
                    gateway.address(), "GET /health HTTP/1.1\r\nHost: a\r\nX: " + "y".repeat(40_000) + "\r\n\r\n");
            String many = RawHttp.exchange(
                    gateway.address(), "GET /health HTTP/1.1\r\nHost: a\r\n" + "X: y\r\n".repeat(300) + "\r\n");

            assertThat(big).doesNotStartWith("HTTP/1.1 200");
            assertThat(many).doesNotStartWith("HTTP/1.1 200");
            assertThat(gateway.status("GET", "/health", "")).isEqualTo(200);
        }
    }
}
