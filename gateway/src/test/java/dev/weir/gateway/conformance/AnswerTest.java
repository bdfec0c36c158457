package dev.weir.gateway.conformance;

import static dev.weir.gateway.conformance.Served.json;
import static dev.weir.gateway.conformance.Served.offer;
import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.gateway.relay.RelayTrack;
import dev.weir.webrtc.rtp.MediaKind;
import dev.weir.webrtc.sdp.CodecFormat;
import java.net.http.HttpResponse;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What stands in the answers, by the offers of real clients. */
class AnswerTest {
    private Served gateway;

    @BeforeEach
    void start() throws Exception {
        gateway = Served.start();
    }

    @AfterEach
    void stop() {
        gateway.close();
    }

    private static List<String> lines(String sdp, String prefix) {
        return sdp.lines().filter(line -> line.startsWith(prefix)).toList();
    }

    /** Returns the m-sections of a description. */
    private static List<String> sections(String sdp) {
        return Stream.of(sdp.split("(?=m=)", -1)).skip(1).toList();
    }

    private String answer(String path, String offer) throws Exception {
        HttpResponse<String> response = gateway.post(path, offer);
        assertThat(response.statusCode()).as(response.body()).isEqualTo(201);
        return response.body();
    }

    @Row("W21")
    @Test
    void w21TheAnswerHasEveryCandidateAndSaysThatNoneFollows() throws Exception {
        String answer = answer("/whip/show", offer(Served.CHROMIUM));

        Set<String> offered = lines(answer, "a=candidate:").stream()
                .map(line -> line.split(" ", -1))
                .filter(fields -> fields[2].equalsIgnoreCase("UDP"))
                .map(fields -> fields[4] + ":" + fields[5])
                .collect(Collectors.toSet());
        Set<String> served = gateway.server.udpAddresses().stream()
                .map(address -> address.getAddress().getHostAddress() + ":" + address.getPort())
                .collect(Collectors.toSet());
        assertThat(offered).isEqualTo(served).isNotEmpty();
        assertThat(lines(answer, "a=end-of-candidates")).hasSize(1);
        assertThat(answer.indexOf("a=end-of-candidates")).isGreaterThan(answer.lastIndexOf("a=candidate:"));
    }

    @Row({"W32", "E14"})
    @ParameterizedTest
    @ValueSource(
            strings = {"chromium-156-whip", "firefox-esr-whip", "gstreamer-1.22-whip-vp8", "libdatachannel-0.24-whip"})
    void w32E14EverythingIsBundledAndMultiplexedThoughOffersLackRtcpMuxOnly(String client) throws Exception {
        String player = client.replace("whip", "whep").replace("-vp8", "");
        boolean h264 = player.startsWith("gst") || player.startsWith("libdata");
        gateway.onAir("live", h264 ? "H264" : "VP8");

        for (String answer : List.of(
                answer("/whip/show", offer(client).replace("a=rtcp-mux-only\r\n", "")),
                answer("/whep/live", offer(player).replace("a=rtcp-mux-only\r\n", "")))) {
            List<String> alive = sections(answer).stream()
                    .filter(section -> !section.contains("a=inactive"))
                    .toList();
            assertThat(alive)
                    .hasSize(2)
                    .allSatisfy(section -> assertThat(section.lines()).contains("a=rtcp-mux", "a=rtcp-mux-only"));
            List<String> mids = alive.stream()
                    .map(section -> lines(section, "a=mid:").get(0).substring(6))
                    .toList();
            assertThat(lines(answer, "a=group:BUNDLE")).containsExactly("a=group:BUNDLE " + String.join(" ", mids));
        }
    }

    @Row("W33")
    @Test
    void w33ASecondTrackOfAKindRefusesTheWholeOffer() throws Exception {
        String video = sections(offer(Served.CHROMIUM)).get(1);
        String second = video.replace("a=mid:1", "a=mid:2").replaceAll("a=ssrc.*\r\n", "");
        String offer = offer(Served.CHROMIUM).replace("BUNDLE 0 1", "BUNDLE 0 1 2") + second;

        HttpResponse<String> response = gateway.post("/whip/show", offer);

        assertThat(response.statusCode()).isEqualTo(422);
        assertThat(json(response).get("detail").asText()).contains("video", "second of its kind");
        assertThat(gateway.server.sessions().size()).isZero();
    }

    @Row("W34")
    @Test
    void w34MissingAndUnequalMsidsAreOneStream() throws Exception {
        String equal = offer(Served.CHROMIUM);
        String missing = equal.replaceAll("a=msid:.*\r\n", "").replaceAll("a=ssrc:.* msid:.*\r\n", "");
        String unequal = missing.replace("a=rtcp-mux\r\n", "a=rtcp-mux\r\n")
                .replaceFirst("a=mid:0\r\n", "a=mid:0\r\na=msid:one a\r\n")
                .replaceFirst("a=mid:1\r\n", "a=mid:1\r\na=msid:other v\r\n");
        assertThat(missing).doesNotContain("msid:");

        assertThat(lines(answer("/whip/missing", missing), "a=recvonly")).hasSize(2);
        assertThat(lines(answer("/whip/unequal", unequal), "a=recvonly")).hasSize(2);
    }

    @Row("W35")
    @Test
    void w35OneMLineThatCannotBeServedRefusesTheWholeOfferAndNamesTheCodecs() throws Exception {
        String offer = offer(Served.CHROMIUM);
        String video = sections(offer).get(1);
        String h263 = "m=video 9 UDP/TLS/RTP/SAVPF 34\r\n"
                + video.lines()
                        .skip(1)
                        .filter(line -> !line.matches("a=(rtpmap|fmtp|rtcp-fb|ssrc|ssrc-group):.*"))
                        .collect(Collectors.joining("\r\n"))
                + "\r\na=rtpmap:34 H263/90000\r\n";
        String data = offer.replace("BUNDLE 0 1", "BUNDLE 0 1 2")
                + "m=application 9 UDP/DTLS/SCTP webrtc-datachannel\r\nc=IN IP4 0.0.0.0\r\na=mid:2\r\na=sctp-port:5000\r\n";

        HttpResponse<String> codec = gateway.post("/whip/show", offer.replace(video, h263));
        HttpResponse<String> channel = gateway.post("/whip/show", data);

        assertThat(codec.statusCode()).isEqualTo(422);
        assertThat(json(codec).get("detail").asText()).contains("H263");
        assertThat(channel.statusCode()).isEqualTo(422);
        assertThat(json(channel).get("detail").asText()).contains("application");
        assertThat(gateway.server.sessions().size()).isZero();
    }

    @Row("W36")
    @ParameterizedTest
    @ValueSource(strings = {"actpass", "active"})
    void w36AnOfferThatLeavesUsTheChoiceOrIsActiveGetsPassive(String setup) throws Exception {
        String answer = answer("/whip/show", offer(Served.CHROMIUM).replace("a=setup:actpass", "a=setup:" + setup));

        assertThat(lines(answer, "a=setup:")).containsOnly("a=setup:passive").hasSize(2);
    }

    @Row("W37")
    @Test
    void w37APassiveOfferGetsActive() throws Exception {
        assertThat(offer("ffmpeg-8.0.1-whip")).contains("a=setup:passive");

        String answer = answer("/whip/show", offer("ffmpeg-8.0.1-whip"));

        assertThat(lines(answer, "a=setup:")).containsOnly("a=setup:active").hasSize(2);
        assertThat(answer).startsWith("v=").hasSizeLessThan(8192);
    }

    @Row("W46")
    @ParameterizedTest
    @ValueSource(strings = {"chromium-156-whip-simulcast-vp8", "chromium-156-whip-simulcast-h264"})
    void w46SimulcastIsAnsweredWithEveryLayer(String client) throws Exception {
        String offer = offer(client);
        List<String> rids = lines(offer, "a=rid:").stream()
                .map(line -> line.substring(6, line.indexOf(' ')))
                .toList();
        assertThat(rids).hasSizeGreaterThan(1);

        String answer = answer("/whip/show", offer);

        assertThat(lines(answer, "a=simulcast:"))
                .containsExactly(lines(offer, "a=simulcast:").get(0).replace("send", "recv"));
        assertThat(lines(answer, "a=rid:"))
                .containsExactlyElementsOf(
                        rids.stream().map(rid -> "a=rid:" + rid + " recv").toList());
    }

    @Row("E14")
    @Test
    void e14AllTracksAreOfOneMediaStream() throws Exception {
        gateway.onAir("live", "VP8");

        String answer = answer("/whep/live", offer(Served.CHROMIUM_PLAYER));

        List<String> msids = lines(answer, "a=msid:");
        assertThat(msids).hasSize(2);
        assertThat(msids.stream().map(line -> line.split(" ", -1)[0]).distinct())
                .hasSize(1);
    }

    @Row("E14")
    @Test
    void e14AKindThatTheStreamLacksGetsPortZero() throws Exception {
        gateway.onAir(
                "sound",
                new RelayTrack(0, "audio", MediaKind.AUDIO, new CodecFormat("opus", 48_000, 2, ""), List.of()));

        List<String> sections = sections(answer("/whep/sound", offer(Served.CHROMIUM_PLAYER)));

        assertThat(sections.stream().filter(section -> section.startsWith("m=audio 9 ")))
                .hasSize(1);
        assertThat(sections.stream().filter(section -> section.startsWith("m=video 0 ")))
                .hasSize(1);
    }

    @Row("E08")
    @Test
    void e08APlayerWithoutACommonCodecGetsTheCodecsAndNoSdp() throws Exception {
        gateway.onAir("live", "H264");

        HttpResponse<String> response = gateway.post("/whep/live", offer("firefox-esr-whep"));

        assertThat(response.statusCode()).isEqualTo(422);
        assertThat(Served.header(response, "content-type")).isEqualTo("application/problem+json");
        assertThat(json(response).get("code").asText()).isEqualTo("no-common-codec");
        assertThat(json(response).get("detail").asText()).contains("VP8", "VP9", "AV1", "H264");
        assertThat(gateway.server.sessions().size()).isZero();
    }
}
