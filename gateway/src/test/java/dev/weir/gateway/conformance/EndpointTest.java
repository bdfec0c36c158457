package dev.weir.gateway.conformance;

import static dev.weir.gateway.conformance.Served.header;
import static dev.weir.gateway.conformance.Served.offer;
import static org.assertj.core.api.Assertions.assertThat;

import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What the endpoints answer to whatever is not a good offer, and to a good one. */
class EndpointTest {
    private static Served gateway;

    @BeforeAll
    static void start() throws Exception {
        gateway = Served.start();
        gateway.onAir("live", "VP8");
    }

    @AfterAll
    static void stop() {
        gateway.close();
    }

    @Row({"W01", "E01"})
    @ParameterizedTest
    @ValueSource(strings = {"/whip", "/whip/show", "/whep/live", "/whep/nobody"})
    void w01E01GetAndHeadOnAnEndpointSucceedWithoutABody(String path) throws Exception {
        for (String method : List.of("GET", "HEAD")) {
            HttpResponse<String> response = gateway.send(method, path);

            assertThat(response.statusCode()).isBetween(200, 299);
            assertThat(response.body()).isEmpty();
            assertThat(header(response, "content-length")).isEqualTo("0");
        }
    }

    @Row({"W01", "E01"})
    @Test
    void w01E01GetAndHeadOnASessionSucceedWithoutABody() throws Exception {
        String published = header(gateway.post("/whip/w01", offer(Served.CHROMIUM)), "location");
        String viewed = header(gateway.post("/whep/live", offer(Served.CHROMIUM_PLAYER)), "location");

        for (String session : List.of(published, viewed)) {
            for (String method : List.of("GET", "HEAD")) {
                HttpResponse<String> response = gateway.send(method, session);

                assertThat(response.statusCode()).isBetween(200, 299);
                assertThat(response.body()).isEmpty();
            }
        }
    }

    @Row("E02")
    @Test
    void e02HeadHasTheHeadersOfGetAndSaysThatOffersAreTaken() throws Exception {
        HttpResponse<String> get = gateway.send("GET", "/whep/live");
        HttpResponse<String> head = gateway.send("HEAD", "/whep/live");

        assertThat(head.statusCode()).isEqualTo(200);
        assertThat(header(head, "content-type")).isEqualTo("application/sdp");
        assertThat(headersBesideDate(head)).isEqualTo(headersBesideDate(get));
    }

    private static Map<String, List<String>> headersBesideDate(HttpResponse<?> response) {
        Map<String, List<String>> headers = new TreeMap<>(response.headers().map());
        headers.remove("date");
        return headers;
    }

    @Row("W03")
    @ParameterizedTest
    @ValueSource(
            strings = {
                "chromium-156-whip-full",
                "chromium-156-whip-simulcast-vp8",
                "ffmpeg-8.0.1-whip",
                "ffmpeg-8.1.2-whip",
                "firefox-esr-whip",
                "gstreamer-1.22-whip-h264",
                "gstreamer-1.22-whip-vp9",
                "libdatachannel-0.24-whip",
                "simple-whip-client-notrickle",
                "simple-whip-client-trickle",
            })
    void w03AnOfferMakesASessionWithAnAnswerAndALocation(String client) throws Exception {
        HttpResponse<String> response = gateway.post("/whip/w03-" + client, offer(client));

        assertThat(response.statusCode()).isEqualTo(201);
        assertThat(header(response, "content-type")).isEqualTo("application/sdp");
        assertThat(response.body()).startsWith("v=0\r\n").endsWith("\r\n");
        assertThat(header(response, "location")).startsWith("/session/");
        assertThat(mLines(response.body())).isEqualTo(mLines(offer(client)));
        assertThat(gateway.send("GET", header(response, "location")).statusCode())
                .isEqualTo(200);
        assertThat(gateway.send("DELETE", header(response, "location")).statusCode())
                .isEqualTo(200);
    }

    /** Kinds of the m-lines in order: an answer must have the offer's (RFC 3264 section 6). */
    private static List<String> mLines(String sdp) {
        return sdp.lines()
                .filter(line -> line.startsWith("m="))
                .map(line -> line.substring(2, line.indexOf(' ')))
                .toList();
    }

    @Row("E03")
    @ParameterizedTest
    @ValueSource(
            strings = {
                "chromium-156-whep",
                "chromium-156-whep-full",
                "firefox-esr-whep",
                "webrtc-java-0.14-whep",
            })
    void e03AnOfferMakesASessionWithAnAnswerAndALocation(String client) throws Exception {
        HttpResponse<String> response = gateway.post("/whep/live", offer(client));

        assertThat(response.statusCode()).isEqualTo(201);
        assertThat(header(response, "content-type")).isEqualTo("application/sdp");
        assertThat(mLines(response.body())).isEqualTo(mLines(offer(client)));
        assertThat(gateway.send("DELETE", header(response, "location")).statusCode())
                .isEqualTo(200);
    }

    @Row({"W04", "E09"})
    @ParameterizedTest
    @ValueSource(strings = {"/whip/w04", "/whep/live"})
    void w04E09AnotherContentTypeIsRefusedWith415(String path) throws Exception {
        for (String type : List.of("text/plain", "application/json", "application/trickle-ice-sdpfrag", "*/*")) {
            HttpResponse<String> response = gateway.send(gateway.request(path)
                    .header("Content-Type", type)
                    .POST(BodyPublishers.ofString(offer(Served.CHROMIUM))));

            assertThat(response.statusCode()).as(type).isEqualTo(415);
            assertThat(header(response, "accept-post")).isEqualTo("application/sdp");
        }
        HttpResponse<String> none =
                gateway.send(gateway.request(path).POST(BodyPublishers.ofString(offer(Served.CHROMIUM))));
        assertThat(none.statusCode()).isEqualTo(415);
    }

    @Row("W04")
    @ParameterizedTest
    @ValueSource(strings = {"application/sdp; charset=utf-8", "APPLICATION/SDP", "application/sdp;x=\"y\""})
    void w04ParametersAndCaseOfTheContentTypeDoNoHarm(String type) throws Exception {
        HttpResponse<String> response = gateway.send(gateway.request("/whip/w04-" + type.length())
                .header("Content-Type", type)
                .POST(BodyPublishers.ofString(offer(Served.CHROMIUM))));

        assertThat(response.statusCode()).isEqualTo(201);
    }

    /** What to look for in Chromium's offer, and what to put there instead, to break it. */
    static Stream<List<String>> mutations() {
        return Stream.of(
                List.of("v=0", "v=1"),
                List.of("v=0\r\n", ""),
                List.of("m=video [09]", "m=video"),
                List.of("m=video [09]", "m=video 99999"),
                List.of("m=video [09]", "m=video nine"),
                List.of("m=video .*", "m=video"),
                List.of("a=mid:1", "a=mid:0"),
                List.of("a=ice-ufrag:.*", "a=x:y"),
                List.of("a=ice-ufrag:.*", "a=ice-ufrag:x"),
                List.of("a=ice-pwd:.*", "a=ice-pwd:short"),
                List.of("a=ice-pwd:.*", "a=x:y"),
                List.of("a=fingerprint:.*", "a=x:y"),
                List.of("a=fingerprint:.*", "a=fingerprint:sha-256 AB:CD"),
                List.of("a=fingerprint:sha-256 ..", "a=fingerprint:sha-256 ZZ"),
                List.of("a=setup:actpass", "a=setup:holdconn"),
                List.of("BUNDLE 0 1", "BUNDLE 0 7"),
                List.of("a=rtpmap:111 opus/48000/2", "a=rtpmap:111"),
                List.of("a=rtpmap:111 opus/48000/2", "a=rtpmap:111 opus/many/2"),
                List.of("a=fmtp:111 .*", "a=fmtp:999 x=y"),
                List.of("(?s)^.*$", ""),
                List.of("(?s)^.*$", "hello"),
                List.of("t=0 0", "t"),
                List.of("\r\n", "\0"));
    }

    @Row({"W05", "E09"})
    @ParameterizedTest
    @MethodSource("mutations")
    void w05E09AMalformedOfferIsRefusedWith400AndLeavesNothing(List<String> mutation) throws Exception {
        int sessions = gateway.server.sessions().size();
        String published = offer(Served.CHROMIUM).replaceAll(mutation.get(0), mutation.get(1));
        String played = offer(Served.CHROMIUM_PLAYER).replaceAll(mutation.get(0), mutation.get(1));
        assertThat(published).isNotEqualTo(offer(Served.CHROMIUM));

        List<HttpResponse<String>> responses = new ArrayList<>();
        responses.add(gateway.post("/whip/w05", published));
        if (!played.equals(offer(Served.CHROMIUM_PLAYER))) {
            responses.add(gateway.post("/whep/live", played));
        }
        for (HttpResponse<String> response : responses) {
            assertThat(response.statusCode()).isEqualTo(400);
            assertThat(Served.json(response).get("code").asText()).isEqualTo("bad-sdp");
            assertThat(response.body()).doesNotContain("Exception", "dev.weir");
        }
        assertThat(gateway.server.sessions().size()).isLessThanOrEqualTo(sessions);
        assertThat(gateway.server.relay().find("w05")).isEmpty();
    }

    @Row("W06")
    @Test
    void w06EveryAnswerReceivesOnlyAndAnOfferThatDoesNotSendIsRefused() throws Exception {
        String sends = offer(Served.CHROMIUM);
        for (String direction : List.of("sendonly", "sendrecv")) {
            HttpResponse<String> response =
                    gateway.post("/whip/w06-" + direction, sends.replace("a=sendonly", "a=" + direction));

            assertThat(response.statusCode()).isEqualTo(201);
            assertThat(directions(response.body())).containsOnly("a=recvonly").hasSize(2);
        }
        for (String direction : List.of("recvonly", "inactive")) {
            assertThat(gateway.post("/whip/w06", sends.replace("a=sendonly", "a=" + direction))
                            .statusCode())
                    .isEqualTo(422);
        }
    }

    @Row("E04")
    @Test
    void e04EveryAnswerSendsOnlyAndAnOfferThatDoesNotReceiveIsRefused() throws Exception {
        String receives = offer(Served.CHROMIUM_PLAYER);
        for (String direction : List.of("recvonly", "sendrecv")) {
            HttpResponse<String> response =
                    gateway.post("/whep/live", receives.replace("a=recvonly", "a=" + direction));

            assertThat(response.statusCode()).isEqualTo(201);
            assertThat(directions(response.body())).containsOnly("a=sendonly").hasSize(2);
        }
        for (String direction : List.of("sendonly", "inactive")) {
            assertThat(gateway.post("/whep/live", receives.replace("a=recvonly", "a=" + direction))
                            .statusCode())
                    .isEqualTo(422);
        }
    }

    private static List<String> directions(String sdp) {
        Set<String> words = Set.of("a=sendonly", "a=recvonly", "a=sendrecv", "a=inactive");
        return sdp.lines().filter(words::contains).toList();
    }
}
