package dev.weir.gateway.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Names end with the rows of the WHEP draft's conformance list that they show. */
class WhepTest {
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
    @CsvSource({
        "chromium-156-whep, VP8",
        "chromium-156-whep-full, H264",
        "firefox-esr-whep, AV1",
        "gstreamer-1.22-whep, H264",
        "libdatachannel-0.24-whep, H264",
        "simple-whep-client-trickle, H264",
        "webrtc-java-0.14-whep, VP9",
    })
    void answersAPlayer_E03_E04_E14(String offer, String codec) throws Exception {
        gateway.publish("show", codec);

        HttpResponse<String> response = gateway.postOffer("/whep/show", TestGateway.offer(offer));

        assertThat(response.statusCode()).isEqualTo(201);
        assertThat(response.headers().firstValue("location").orElse("")).startsWith("/session/");
        assertThat(response.headers().firstValue("etag").orElse("")).matches("\"[^\"]+\"");
        assertThat(response.body()).contains("a=sendonly", codec + "/90000", "a=rtcp-mux-only", "a=msid:");
        assertThat(gateway.sessions.size()).isEqualTo(1);
    }

    @Test
    void tellsAPlayerToComeAgainWhenNobodyPublishes_E10() throws Exception {
        HttpResponse<String> response = gateway.postOffer("/whep/show", TestGateway.offer("chromium-156-whep"));

        assertThat(response.statusCode()).isEqualTo(409);
        assertThat(response.headers().firstValue("retry-after").orElse("")).matches("[1-9][0-9]*");
        assertThat(response.body()).contains("\"code\":\"not-live\"", "Nobody publishes show now.");
        assertThat(gateway.relay.streams()).isEmpty();
    }

    @Test
    void refusesWhatIsNoOffer_E04_E09() throws Exception {
        gateway.publish("show", "VP8");
        String sendonly = TestGateway.offer("chromium-156-whep").replace("a=recvonly", "a=sendonly");

        HttpResponse<String> wrongType = gateway.send(gateway.request("/whep/show")
                .header("Content-Type", "application/json")
                .POST(BodyPublishers.ofString("{}")));

        assertThat(wrongType.statusCode()).isEqualTo(415);
        assertThat(gateway.postOffer("/whep/show", "hello").statusCode()).isEqualTo(400);
        assertThat(gateway.postOffer("/whep/show", sendonly).statusCode()).isEqualTo(422);
        assertThat(gateway.postOffer("/whep", sendonly).statusCode()).isEqualTo(404);
        assertThat(gateway.sessions.size()).isZero();
    }
}
