package dev.weir.gateway.conformance;

import static dev.weir.gateway.conformance.Served.header;
import static dev.weir.gateway.conformance.Served.json;
import static dev.weir.gateway.conformance.Served.offer;
import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.gateway.http.Preconditions;
import dev.weir.gateway.http.WhipConfig;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** PATCH, DELETE and what else can be done to a session's URL. */
class SessionUrlTest {
    private static final String CANDIDATE =
            "m=audio 9 UDP/TLS/RTP/SAVPF 0\r\na=mid:0\r\na=candidate:1 1 udp 2015363327 127.0.0.1 55736 typ host\r\n";
    private Served gateway;

    @BeforeEach
    void start() throws Exception {
        gateway = Served.start();
    }

    @AfterEach
    void stop() {
        gateway.close();
    }

    @Row({"W09", "E12"})
    @Test
    void w09E12DeleteEndsTheSessionAndASecondOneFindsNothing() throws Exception {
        gateway.onAir("live", "VP8");
        String published = gateway.publish("show");
        String viewed = header(gateway.post("/whep/live", offer(Served.CHROMIUM_PLAYER)), "location");

        for (String session : List.of(published, viewed)) {
            assertThat(gateway.send("DELETE", session).statusCode()).isEqualTo(200);
            assertThat(gateway.send("DELETE", session).statusCode()).isEqualTo(404);
            assertThat(gateway.send("GET", session).statusCode()).isEqualTo(404);
        }
        assertThat(gateway.server.sessions().size()).isZero();
        assertThat(gateway.publish("show")).as("the stream is free again").startsWith("/session/");
    }

    @Row("W14")
    @Test
    void w14AnotherTypeIsRefusedWith415AndABrokenFragmentWith400() throws Exception {
        HttpResponse<String> created = gateway.post("/whip/show", offer(Served.CHROMIUM));
        String session = header(created, "location");
        String[] condition = {"If-Match", header(created, "etag")};

        for (String type : List.of("application/json", "text/plain", "application/x-sdpfrag")) {
            HttpResponse<String> response = gateway.patch(session, type, CANDIDATE, condition);

            assertThat(response.statusCode()).isEqualTo(415);
            assertThat(header(response, "accept-patch")).contains("application/trickle-ice-sdpfrag");
        }
        for (String broken : List.of("hello", "", "a=ice-ufrag:x\r\n", "candidate without a line type")) {
            HttpResponse<String> response = gateway.trickle(session, broken, condition);

            assertThat(response.statusCode()).as(broken).isEqualTo(400);
            assertThat(json(response).get("code").asText()).isEqualTo("bad-fragment");
        }
        assertThat(gateway.send("GET", session).statusCode()).isEqualTo(200);
    }

    @Row("W18")
    @Test
    void w18AnIfMatchOnDeleteIsNoCondition() throws Exception {
        String session = gateway.publish("show");

        HttpResponse<String> response = gateway.send(
                gateway.request(session).header("If-Match", "\"wrong\"").DELETE());

        assertThat(response.statusCode()).isEqualTo(200);
    }

    @Row({"W19", "W22"})
    @Test
    void w19W22LenientTakesAPatchWithoutIfMatchWhenItsCredentialsFit() throws Exception {
        HttpResponse<String> created = gateway.post("/whip/show", offer(Served.CHROMIUM));
        String session = header(created, "location");
        String fits = Served.credentials(Served.CHROMIUM) + CANDIDATE;

        HttpResponse<String> without = gateway.trickle(session, fits);
        HttpResponse<String> with = gateway.trickle(session, fits, "If-Match", header(created, "etag"));
        HttpResponse<String> oneOfTwo =
                gateway.trickle(session, fits, "If-Match", "\"other\", " + header(created, "etag"));
        HttpResponse<String> stale = gateway.trickle(session, fits, "If-Match", "\"stale\"");

        for (HttpResponse<String> taken : List.of(without, with, oneOfTwo)) {
            assertThat(taken.statusCode()).isEqualTo(204);
            assertThat(taken.body()).isEmpty();
            assertThat(header(taken, "etag")).isEmpty();
        }
        assertThat(stale.statusCode()).isEqualTo(412);
        assertThat(json(stale).get("code").asText()).isEqualTo("stale-ice-session");
    }

    @Row("W19")
    @Test
    void w19StrictWants428WithoutIfMatchAnd412WithAStaleOne() throws Exception {
        WhipConfig strict = new WhipConfig(Preconditions.STRICT, List.of(), Duration.ofSeconds(30));
        try (Served strictly = Served.start(config -> config.whip(strict))) {
            HttpResponse<String> created = strictly.post("/whip/show", offer(Served.CHROMIUM));
            String session = header(created, "location");
            String fits = Served.credentials(Served.CHROMIUM) + CANDIDATE;

            HttpResponse<String> without = strictly.trickle(session, fits);

            assertThat(without.statusCode()).isEqualTo(428);
            assertThat(json(without).get("code").asText()).isEqualTo("precondition-required");
            assertThat(strictly.trickle(session, fits, "If-Match", "\"stale\"").statusCode())
                    .isEqualTo(412);
            assertThat(strictly.trickle(session, fits, "If-Match", header(created, "etag"))
                            .statusCode())
                    .isEqualTo(204);
            assertThat(strictly.trickle(session, fits, "If-Match", "*").statusCode())
                    .isEqualTo(204);
        }
    }

    @Row("W52")
    @Test
    void w52ASecondOfferToASessionIsRefusedAndChangesNothing() throws Exception {
        HttpResponse<String> created = gateway.post("/whip/show", offer(Served.CHROMIUM));
        String session = header(created, "location");

        HttpResponse<String> post = gateway.post(session, offer(Served.CHROMIUM));
        HttpResponse<String> patch = gateway.patch(session, "application/sdp", offer(Served.CHROMIUM));

        assertThat(post.statusCode()).isEqualTo(405);
        assertThat(header(post, "allow")).contains("PATCH", "DELETE").doesNotContain("POST");
        assertThat(patch.statusCode()).isEqualTo(422);
        assertThat(json(patch).get("code").asText()).isEqualTo("unexpected-sdp");
        assertThat(gateway.trickle(
                                session,
                                Served.credentials(Served.CHROMIUM) + CANDIDATE,
                                "If-Match",
                                header(created, "etag"))
                        .statusCode())
                .isEqualTo(204);
    }
}
