package dev.weir.gateway.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Names end with the rows of RFC 9725's conformance list that they show. */
class WhipTest {
    private static final String CHROMIUM = "chromium-156-whip";
    private TestGateway gateway;

    @BeforeEach
    void start() throws Exception {
        gateway = TestGateway.start();
    }

    @AfterEach
    void stop() {
        gateway.close();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "chromium-156-whip-full",
                "chromium-156-whip-simulcast-vp8",
                "ffmpeg-8.0.1-whip",
                "ffmpeg-8.1.2-whip",
                "firefox-esr-whip",
                "gstreamer-1.22-whip-h264",
                "libdatachannel-0.24-whip",
                "simple-whip-client-trickle",
            })
    void answersAnOfferWithASession_W03_W16_W21(String offer) throws Exception {
        HttpResponse<String> response = gateway.postOffer("/whip/show", TestGateway.offer(offer));

        assertThat(response.statusCode()).isEqualTo(201);
        assertThat(header(response, "content-type")).isEqualTo("application/sdp");
        assertThat(header(response, "location")).matches("/session/[A-Za-z0-9_-]{22,}");
        assertThat(header(response, "etag")).matches("\"[^\"]+\"");
        assertThat(header(response, "weir-stream")).isEqualTo("show");
        assertThat(response.body())
                .startsWith("v=0\r\n")
                .contains("a=candidate:", "127.0.0.1", "a=end-of-candidates", "a=recvonly");
        assertThat(gateway.sessions.size()).isEqualTo(1);
    }

    @Test
    void namesAStreamWhenThePublisherDoesNot() throws Exception {
        HttpResponse<String> one = gateway.postOffer("/whip", TestGateway.offer(CHROMIUM));
        HttpResponse<String> other = gateway.postOffer("/whip/", TestGateway.offer(CHROMIUM));

        assertThat(header(one, "weir-stream")).matches("[0-9a-f]{16}").isNotEqualTo(header(other, "weir-stream"));
        assertThat(gateway.send("GET", "/streams/" + header(one, "weir-stream")).statusCode())
                .isEqualTo(200);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "v=0| v=1| 400| bad-sdp| line 1",
                "a=mid:1| a=mid:0| 400| bad-sdp| mid",
                "a=ice-ufrag:.*| a=x:y| 400| bad-sdp| ice-ufrag",
                "a=sendonly| a=recvonly| 422| unsupported-sdp| recvonly",
                "BUNDLE 0 1| BUNDLE 0| 422| unsupported-sdp| BUNDLE",
            })
    void explainsWhatIsWrongWithAnOffer_W05_W06(String search, String put, int status, String code, String detail)
            throws Exception {
        String offer = TestGateway.offer(CHROMIUM).replaceAll(search, put);

        HttpResponse<String> response = gateway.postOffer("/whip/show", offer);

        assertThat(response.statusCode()).isEqualTo(status);
        assertThat(response.body())
                .contains("\"code\":\"" + code + "\"", detail)
                .doesNotContain("Exception", "dev.weir");
        assertThat(gateway.sessions.size()).isZero();
        assertThat(gateway.relay.streams()).isEmpty();
    }

    @Test
    void endsASessionOnDelete_W09_W18_W50() throws Exception {
        String session = header(gateway.postOffer("/whip/show", TestGateway.offer(CHROMIUM)), "location");

        HttpResponse<String> first = gateway.send(
                gateway.request(session).header("If-Match", "\"wrong\"").DELETE());
        HttpResponse<String> second = gateway.send("DELETE", session);
        HttpResponse<String> unknown = gateway.send("DELETE", "/session/none");

        assertThat(first.statusCode()).isEqualTo(200);
        assertThat(second.statusCode()).isEqualTo(404);
        assertThat(unknown.body().replace("none", "")).isEqualTo(second.body().replace(session.substring(9), ""));
        assertThat(gateway.sessions.size()).isZero();
    }

    @Test
    void takesTrickledCandidatesWithTheSameTag_W17_W22_W23_W25_W27() throws Exception {
        HttpResponse<String> created = gateway.postOffer("/whip/show", TestGateway.offer("simple-whip-client-trickle"));
        String session = header(created, "location");
        String fragment = credentials("simple-whip-client-trickle")
                + "m=audio 9 UDP/TLS/RTP/SAVPF 0\r\na=mid:audio0\r\n"
                + "a=candidate:1 1 udp 2015363327 127.0.0.1 55736 typ host\r\n"
                + "a=candidate:2 1 udp 2015363327 4d1f4b1c-8f0d-4a4c.local 55736 typ host\r\n"
                + "a=candidate:3 1 ssltcp 1 fe80::1%eth0 9 typ host\r\n";

        for (String condition : new String[] {header(created, "etag"), header(created, "etag"), "*", "\"*\""}) {
            HttpResponse<String> response =
                    gateway.send(gateway.patch(session, fragment).header("If-Match", condition));

            assertThat(response.statusCode()).isEqualTo(204);
            assertThat(response.body()).isEmpty();
            assertThat(response.headers().firstValue("etag")).isEmpty();
        }
        assertThat(gateway.send(gateway.patch(session, fragment)).statusCode()).isEqualTo(204);
    }

    @Test
    void refusesAStaleTagABrokenFragmentAndARestartWithoutTag_W14_W19() throws Exception {
        HttpResponse<String> created = gateway.postOffer("/whip/show", TestGateway.offer(CHROMIUM));
        String session = header(created, "location");
        String candidate = "a=candidate:1 1 udp 2015363327 127.0.0.1 55736 typ host\r\n";
        String restart = "a=ice-ufrag:other\r\na=ice-pwd:otherotherotherotherother\r\n" + candidate;

        HttpResponse<String> stale =
                gateway.send(gateway.patch(session, candidate).header("If-Match", "\"stale\""));
        HttpResponse<String> broken = gateway.send(gateway.patch(session, "hello"));
        HttpResponse<String> restarted = gateway.send(gateway.patch(session, restart));
        HttpResponse<String> json = gateway.send(gateway.request(session)
                .header("Content-Type", "application/json")
                .method("PATCH", BodyPublishers.ofString("{}")));

        assertThat(stale.statusCode()).isEqualTo(412);
        assertThat(broken.statusCode()).isEqualTo(400);
        assertThat(restarted.statusCode()).isEqualTo(428);
        assertThat(json.statusCode()).isEqualTo(415);
        assertThat(header(json, "accept-patch")).startsWith("application/trickle-ice-sdpfrag");
        assertThat(gateway.sessions.size()).isEqualTo(1);
    }

    @Test
    void refusesASecondPublisher_W53() throws Exception {
        gateway.postOffer("/whip/show", TestGateway.offer(CHROMIUM));

        HttpResponse<String> second = gateway.postOffer("/whip/show", TestGateway.offer(CHROMIUM));

        assertThat(second.statusCode()).isEqualTo(409);
        assertThat(second.body()).contains("\"code\":\"already-published\"");
        assertThat(gateway.sessions.size()).isEqualTo(1);
    }

    @Test
    void tellsWhenToComeAgainWhenItIsFull_W40() throws Exception {
        try (TestGateway small = new TestGateway(1, Duration.ofSeconds(10), () -> Health.OK)) {
            small.postOffer("/whip/one", TestGateway.offer(CHROMIUM));

            HttpResponse<String> response = small.postOffer("/whip/two", TestGateway.offer(CHROMIUM));

            assertThat(response.statusCode()).isEqualTo(503);
            assertThat(header(response, "retry-after")).matches("[1-9][0-9]*");
            assertThat(response.body()).contains("\"code\":\"too-many-sessions\"");
        }
    }

    @Test
    void refusesAStreamIdThatIsNone() throws Exception {
        String offer = TestGateway.offer(CHROMIUM);
        for (String path : new String[] {"/whip/a/b", "/whip/a%20b", "/whip/..", "/whip/" + "x".repeat(129)}) {
            assertThat(gateway.postOffer(path, offer).statusCode()).as(path).isEqualTo(404);
        }
        assertThat(gateway.sessions.size()).isZero();
    }

    @Test
    void givesEverySessionItsOwnUrlAndTag_W16_W50() throws Exception {
        Set<String> seen = new HashSet<>();
        for (int i = 0; i < 20; i++) {
            HttpResponse<String> response = gateway.postOffer("/whip/s" + i, TestGateway.offer(CHROMIUM));
            seen.add(header(response, "location"));
            seen.add(header(response, "etag"));
        }
        assertThat(seen).hasSize(40);
    }

    private static String credentials(String offer) throws Exception {
        return TestGateway.offer(offer)
                .lines()
                .filter(line -> line.startsWith("a=ice-ufrag") || line.startsWith("a=ice-pwd"))
                .limit(2)
                .reduce("", (a, b) -> a + b + "\r\n");
    }

    private static String header(HttpResponse<?> response, String name) {
        return response.headers().firstValue(name).orElse("");
    }
}
