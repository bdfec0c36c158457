package dev.weir.gateway.clients;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.http.HttpResponse;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The habits of clients that the standard does not tell of. Media flows in the end-to-end tests. */
class KnownClientsTest {
    private static final String CANDIDATE = "a=candidate:1 1 udp 2015363327 127.0.0.1 55736 typ host\r\n";

    // Assigned by start().
    @SuppressWarnings("NullAway.Init")
    private ClientGateway gateway;

    @BeforeEach
    void start() throws Exception {
        gateway = ClientGateway.start();
    }

    @AfterEach
    void stop() {
        gateway.close();
    }

    private static String location(HttpResponse<String> created) {
        assertThat(created.statusCode()).as(created.body()).isEqualTo(201);
        return ClientGateway.header(created, "location");
    }

    private static String credentials(String offer) {
        return offer.lines()
                .filter(line -> line.startsWith("a=ice-ufrag") || line.startsWith("a=ice-pwd"))
                .distinct()
                .limit(2)
                .collect(Collectors.joining("\r\n", "", "\r\n"));
    }

    /** OBS: transport parameters at session level, lip sync group, no candidates; and of an answer only what it knows. */
    @Test
    void obsPublishesAndLeaves() throws Exception {
        Sdp recorded = Sdp.of(ClientGateway.offer("libdatachannel-0.24-whip"));
        String transport = "^a=(setup|ice-ufrag|ice-pwd|fingerprint|candidate|end-of-candidates).*";
        StringBuilder offer = new StringBuilder();
        recorded.session().stream().filter(line -> !line.matches(transport)).forEach(line -> append(offer, line));
        append(offer, "a=setup:actpass");
        append(
                offer,
                "a=ice-ufrag:"
                        + Sdp.values(recorded.media().get(0), "a=ice-ufrag:").get(0));
        append(
                offer,
                "a=ice-pwd:" + Sdp.values(recorded.media().get(0), "a=ice-pwd:").get(0));
        append(
                offer,
                Sdp.values(recorded.session(), "a=fingerprint:").stream()
                        .map(value -> "a=fingerprint:" + value)
                        .findFirst()
                        .orElseThrow());
        for (List<String> section : recorded.media()) {
            section.stream()
                    .filter(line -> !line.matches(transport))
                    .map(line -> line.replace(" 102", " 96").replace(":102", ":96"))
                    .forEach(line -> append(offer, line));
        }
        assertThat(offer).contains("a=group:LS 0 1").doesNotContain("candidate");

        HttpResponse<String> response = gateway.post("/whip/obs", offer.toString());

        String session = location(response);
        assertThat(session).startsWith("/").doesNotContain("?");
        Sdp answer = Sdp.of(response.body());
        assertThat(Sdp.payloadTypes(answer.media().get(0))).containsExactly("111");
        assertThat(Sdp.payloadTypes(answer.media().get(1))).containsExactly("96");
        assertThat(answer.media().get(0)).anyMatch(line -> line.startsWith("a=candidate:"));
        assertThat(response.body()).doesNotContain("transport-cc", "rtx");
        assertThat(gateway.send("DELETE", session).statusCode()).isEqualTo(200);
    }

    /** OBS gives up unless the answer takes as many layers as it offers, whose names are numbers. */
    @Test
    void obsGetsEveryLayerOfItsSimulcast() throws Exception {
        String layers = String.join(
                "\r\n",
                "a=rid:0 send",
                "a=rid:1 send",
                "a=rid:2 send",
                "a=simulcast:send 0;1;2",
                "a=extmap:1 urn:ietf:params:rtp-hdrext:sdes:mid",
                "a=extmap:2 urn:ietf:params:rtp-hdrext:sdes:rtp-stream-id",
                "");
        String offer = ClientGateway.offer("libdatachannel-0.24-whip")
                .replaceAll("a=ssrc:2222.*\r\n", "")
                .replace("a=mid:1\r\n", "a=mid:1\r\n" + layers);

        HttpResponse<String> response = gateway.post("/whip/obs", offer);

        location(response);
        List<String> video = Sdp.of(response.body()).media().get(1);
        assertThat(Sdp.value(video, "a=simulcast:")).isEqualTo("recv 0;1;2");
        assertThat(video).contains("a=rid:0 recv", "a=rid:1 recv", "a=rid:2 recv");
    }

    private static void append(StringBuilder sdp, String line) {
        sdp.append(line).append("\r\n");
    }

    /** FFmpeg: passive, and it reads the first ufrag and the first UDP host candidate of at most 8 KiB. */
    @ParameterizedTest
    @ValueSource(strings = {"ffmpeg-8.0.1-whip", "ffmpeg-8.1.2-whip"})
    void ffmpegReadsWhatComesFirst(String name) throws Exception {
        HttpResponse<String> response = gateway.post("/whip/ffmpeg", ClientGateway.offer(name));

        location(response);
        Sdp answer = Sdp.of(response.body());
        assertThat(response.body()).startsWith("v=").hasSizeLessThan(8192);
        assertThat(Sdp.values(answer.media().get(0), "a=candidate:").get(0))
                .matches("\\S+ 1 (?i:udp) \\d+ [\\d.]+ \\d+ typ host.*");
        assertThat(answer.media()).allSatisfy(section -> assertThat(section).contains("a=setup:active"));
        String first = response.body()
                .lines()
                .filter(line -> line.startsWith("a=ice-ufrag:"))
                .findFirst()
                .orElseThrow();
        assertThat(answer.media()).allSatisfy(section -> assertThat(section).contains(first));
    }

    /** MediaMTX as a client: OPTIONS for the Link headers, then {@code If-Match: *} on what is plain trickle. */
    @Test
    void mediaMtxTricklesWithAStar() throws Exception {
        gateway.publish("show", "H264");
        String offer = ClientGateway.offer("chromium-156-whep");
        assertThat(gateway.send("OPTIONS", "/whep/show").statusCode()).isIn(200, 204);
        String session = location(gateway.post("/whep/show", offer));

        for (int i = 0; i < 3; i++) {
            HttpResponse<String> response = gateway.patch(session, credentials(offer) + CANDIDATE, "*");

            assertThat(response.statusCode()).as(response.body()).isEqualTo(204);
        }
        assertThat(gateway.send("DELETE", session).statusCode()).isEqualTo(200);
    }

    /** medooze's WHEP client forgets the ETag, and writes {@code m=video 9 … 0} for the section of its candidates. */
    @Test
    void medoozeTricklesWithoutACondition() throws Exception {
        gateway.publish("show", "VP8");
        String offer = ClientGateway.offer("chromium-156-whep");
        String session = location(gateway.post("/whep/show", offer));
        String fragment = credentials(offer) + "m=video 9 UDP/TLS/RTP/SAVPF 0\r\na=mid:0\r\n" + CANDIDATE
                + "a=end-of-candidates\r\n";

        assertThat(gateway.patch(session, fragment, "").statusCode()).isEqualTo(204);
    }

    /** Eyevinn's clients: trickle only when CORS allows PATCH; 400 and 406 change the way they go on, so they must be rare. */
    @Test
    void eyevinnTakes400And406ForAnotherProtocol() throws Exception {
        HttpResponse<String> preflight = gateway.send(gateway.request("/whep/show")
                .header("Origin", "https://example.org")
                .header("Access-Control-Request-Method", "POST")
                .method("OPTIONS", java.net.http.HttpRequest.BodyPublishers.noBody()));
        assertThat(ClientGateway.header(preflight, "access-control-allow-methods"))
                .contains("PATCH");
        assertThat(ClientGateway.header(preflight, "access-control-expose-headers"))
                .contains("Access-Control-Allow-Methods");

        String offer = ClientGateway.offer("firefox-esr-whep");
        assertThat(gateway.post("/whep/show", offer).statusCode())
                .as("not live")
                .isEqualTo(409);
        gateway.publish("show", "H264");
        HttpResponse<String> noCodec = gateway.post("/whep/show", offer);
        assertThat(noCodec.statusCode()).as("no codec in common").isEqualTo(422);
        assertThat(ClientGateway.header(noCodec, "content-type")).isEqualTo("application/problem+json");
    }

    /** GStreamer with max-bundle: port 0 and bundle-only is no rejection; names and cases of its own. */
    @ParameterizedTest
    @ValueSource(strings = {"gstreamer-1.22-whip-h264", "gstreamer-1.22-whip-vp8", "gstreamer-1.22-whip-vp9"})
    void gstreamerBundlesItsSecondSection(String name) throws Exception {
        String offer = ClientGateway.offer(name);
        assertThat(offer).containsPattern("m=(audio|video) 0 ").contains("a=bundle-only");

        HttpResponse<String> response = gateway.post("/whip/gstreamer", offer);

        location(response);
        assertThat(Sdp.of(response.body()).media()).hasSize(2).allSatisfy(section -> {
            assertThat(Sdp.port(section)).isPositive();
            assertThat(section).contains("a=recvonly");
        });
    }
}
