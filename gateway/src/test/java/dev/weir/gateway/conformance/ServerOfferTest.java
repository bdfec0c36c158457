package dev.weir.gateway.conformance;

import static dev.weir.gateway.conformance.Served.header;
import static dev.weir.gateway.conformance.Served.json;
import static dev.weir.gateway.conformance.Served.offer;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.weir.gateway.http.Preconditions;
import dev.weir.gateway.http.WhipConfig;
import dev.weir.gateway.relay.RelayPacket;
import dev.weir.webrtc.rtp.MediaKind;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The server's offer to a player that asks for it. */
class ServerOfferTest {
    private Served gateway;

    @BeforeEach
    void start() throws Exception {
        gateway = Served.start();
        gateway.onAir("live", "VP8");
    }

    @AfterEach
    void stop() {
        gateway.close();
    }

    private HttpResponse<String> askForOffer() throws Exception {
        return gateway.send(gateway.request("/whep/live")
                .header("Content-Type", "application/sdp")
                .header("Prefer", "whep-offer=server")
                .POST(BodyPublishers.ofString(offer(Served.CHROMIUM_PLAYER))));
    }

    @Row("E05")
    @Test
    void e05APlayerThatAsksGetsOurOfferAndThePlaceForItsAnswer() throws Exception {
        HttpResponse<String> byHeader = askForOffer();
        HttpResponse<String> byQuery =
                gateway.send(gateway.request("/whep/live?offer=server").POST(BodyPublishers.noBody()));

        for (HttpResponse<String> response : List.of(byHeader, byQuery)) {
            assertThat(response.statusCode()).isEqualTo(406);
            assertThat(header(response, "content-type")).startsWith("application/sdp;");
            assertThat(header(response, "location")).startsWith("/session/");
            assertThat(response.body().lines())
                    .contains("a=sendonly", "a=setup:actpass", "a=rtcp-mux-only", "a=end-of-candidates")
                    .doesNotContain("a=recvonly", "a=inactive");
            assertThat(gateway.send("GET", header(response, "location")).statusCode())
                    .isEqualTo(200);
        }
        assertThat(header(byHeader, "preference-applied")).isEqualTo("whep-offer=server");
    }

    @Row({"E05", "E08"})
    @Test
    void e05E08WithoutAskingNobodyGetsAnOffer() throws Exception {
        HttpResponse<String> normal = gateway.post("/whep/live", offer(Served.CHROMIUM_PLAYER));
        HttpResponse<String> empty = gateway.post("/whep/live", "");
        gateway.onAir("h264", "H264");
        HttpResponse<String> noCodec = gateway.post("/whep/h264", offer("firefox-esr-whep"));

        assertThat(normal.statusCode()).isEqualTo(201);
        assertThat(empty.statusCode()).isEqualTo(400);
        assertThat(noCodec.statusCode()).isEqualTo(422);
        assertThat(List.of(header(empty, "content-type"), header(noCodec, "content-type")))
                .containsOnly("application/problem+json");
    }

    @Row("E06")
    @Test
    void e06TheOfferTellsItsLifeAndAnAnswerAfterItFindsNoSession() throws Exception {
        HttpResponse<String> usual = askForOffer();
        Matcher until = Pattern.compile("application/sdp; valid-until=\"([A-Z][a-z]{2}, [0-9]{2} .* GMT)\"")
                .matcher(header(usual, "content-type"));
        assertThat(until.matches()).isTrue();
        Instant valid = Instant.from(DateTimeFormatter.RFC_1123_DATE_TIME.parse(until.group(1)));
        assertThat(Duration.between(Instant.now(), valid)).isBetween(Duration.ofSeconds(10), Duration.ofSeconds(30));

        WhipConfig brief = new WhipConfig(Preconditions.LENIENT, List.of(), Duration.ofSeconds(1));
        try (Served hasty = Served.start(config -> config.whip(brief).maxSessions(1))) {
            hasty.onAir("live", "VP8");
            HttpResponse<String> offered =
                    hasty.send(hasty.request("/whep/live?offer=server").POST(BodyPublishers.noBody()));
            assertThat(hasty.post("/whep/live", offer(Served.CHROMIUM_PLAYER)).statusCode())
                    .as("the only place is taken")
                    .isEqualTo(503);
            String session = header(offered, "location");
            await().atMost(Duration.ofSeconds(20))
                    .until(() -> hasty.send("GET", session).statusCode() == 404);

            String answer = new AnsweringPlayer(offered.body()).answer();
            assertThat(hasty.patch(session, "application/sdp", answer).statusCode())
                    .isEqualTo(404);
            assertThat(hasty.post("/whep/live", offer(Served.CHROMIUM_PLAYER)).statusCode())
                    .as("the place is free again")
                    .isEqualTo(201);
        }
    }

    @Row("E07")
    @Test
    void e07AnAnswerByPatchLetsMediaFlowAndASecondOneIsUnexpected() throws Exception {
        HttpResponse<String> offered = askForOffer();
        String session = header(offered, "location");
        try (AnsweringPlayer player = new AnsweringPlayer(offered.body())) {
            HttpResponse<String> malformed = gateway.patch(session, "application/sdp", "v=0\r\nhello");
            HttpResponse<String> fragment = gateway.trickle(session, "a=end-of-candidates\r\n");
            HttpResponse<String> taken = gateway.patch(session, "application/sdp", player.answer());
            HttpResponse<String> again = gateway.patch(session, "application/sdp", player.answer());

            assertThat(malformed.statusCode()).isEqualTo(400);
            assertThat(fragment.statusCode()).isEqualTo(415);
            assertThat(taken.statusCode()).isEqualTo(204);
            assertThat(taken.body()).isEmpty();
            assertThat(header(taken, "etag")).matches("\"[^\"]+\"");
            assertThat(again.statusCode()).isEqualTo(422);
            assertThat(json(again).get("code").asText()).isEqualTo("unexpected-sdp");

            player.connect();
            await().atMost(Duration.ofSeconds(20))
                    .until(() -> gateway.server.relay().viewerCount("live") == 1);
            gateway.server
                    .relay()
                    .publish(
                            "live",
                            RelayPacket.builder(MediaKind.VIDEO)
                                    .keyframeStart(true)
                                    .payload(new byte[] {0x10, 0, 0, 0, (byte) 0x9d, 1, 0x2a})
                                    .build());
            Integer payloadType = player.payloadTypes.poll(20, TimeUnit.SECONDS);
            assertThat(offered.body()).contains("a=rtpmap:" + payloadType + " VP8/90000");
            assertThat(gateway.send("DELETE", session).statusCode()).isEqualTo(200);
        }
    }

    /** Otherwise a publisher that comes back with another codec would end the session. */
    @Row({"E05", "E08"})
    @Test
    void e05E08OurOfferHasAllCodecsTheStreamsOwnFirstWhichTheAnswerMustKeep() throws Exception {
        HttpResponse<String> offered = askForOffer();
        String video = offered.body().substring(offered.body().indexOf("m=video"));
        List<String> codecs = Pattern.compile("a=rtpmap:[0-9]+ ([A-Z0-9]+)/90000")
                .matcher(video)
                .results()
                .map(match -> match.group(1))
                .toList();
        assertThat(codecs).containsExactly("VP8", "H264", "H265", "VP9", "AV1");

        try (AnsweringPlayer player = new AnsweringPlayer(offered.body())) {
            String without = player.answer().replaceAll("a=rtpmap:[0-9]+ VP8/90000\r\n", "");
            HttpResponse<String> refused = gateway.patch(header(offered, "location"), "application/sdp", without);
            HttpResponse<String> taken = gateway.patch(header(offered, "location"), "application/sdp", player.answer());

            assertThat(refused.statusCode()).isEqualTo(422);
            assertThat(json(refused).get("detail").asText()).contains("VP8");
            assertThat(taken.statusCode()).isEqualTo(204);
        }
    }

    @Row("E07")
    @Test
    void e07DeleteGivesUpAnOfferThatNobodyAnswered() throws Exception {
        String session = header(askForOffer(), "location");

        assertThat(gateway.send("DELETE", session).statusCode()).isEqualTo(200);
        assertThat(gateway.send("DELETE", session).statusCode()).isEqualTo(404);
        assertThat(gateway.send("GET", session).statusCode()).isEqualTo(404);
    }
}
