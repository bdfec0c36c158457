package dev.weir.gateway.clients;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.http.HttpResponse;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Every offer that was recorded from a real client, sent again: each gets a session and an answer that fits its offer. */
class RecordedOffersTest {
    private static final List<String> VIDEO_CODECS = List.of("H264", "VP8", "VP9", "AV1");

    // Assigned by start().
    @SuppressWarnings("NullAway.Init")
    private ClientGateway gateway;

    static Stream<String> publishers() throws Exception {
        return ClientGateway.offers("whip");
    }

    static Stream<String> viewers() throws Exception {
        return ClientGateway.offers("whep");
    }

    @BeforeEach
    void start() throws Exception {
        gateway = ClientGateway.start();
    }

    @AfterEach
    void stop() {
        gateway.close();
    }

    @ParameterizedTest
    @MethodSource("publishers")
    void aPublishersOfferIsAnswered(String name) throws Exception {
        String offer = ClientGateway.offer(name);

        HttpResponse<String> response = gateway.post("/whip/show", offer);

        assertCreated(response);
        assertFits(Sdp.of(offer), Sdp.of(response.body()), "recvonly");
        assertThat(gateway.send("DELETE", ClientGateway.header(response, "location"))
                        .statusCode())
                .isEqualTo(200);
        assertThat(gateway.sessions()).isZero();
    }

    /** In each codec that the offer has; in another one it is refused, which is no error of syntax. */
    @ParameterizedTest
    @MethodSource("viewers")
    void aViewersOfferIsAnsweredWhenItCanDecode(String name) throws Exception {
        String offer = ClientGateway.offer(name);
        for (String codec : VIDEO_CODECS) {
            gateway.publish("show-" + codec, codec);

            HttpResponse<String> response = gateway.post("/whep/show-" + codec, offer);

            if (offer.contains(" " + codec + "/90000")) {
                assertCreated(response);
                assertFits(Sdp.of(offer), Sdp.of(response.body()), "sendonly");
                assertThat(response.body()).contains(" " + codec + "/90000");
            } else {
                assertThat(response.statusCode()).as(codec).isEqualTo(422);
                assertThat(response.body()).contains(codec);
            }
        }
    }

    private static void assertCreated(HttpResponse<String> response) {
        assertThat(response.statusCode()).as(response.body()).isEqualTo(201);
        assertThat(ClientGateway.header(response, "content-type")).isEqualTo("application/sdp");
        assertThat(ClientGateway.header(response, "location")).startsWith("/");
        assertThat(response.body()).startsWith("v=0\r\n").endsWith("\r\n").hasSizeLessThan(8192);
    }

    /** The rules of JSEP that a client's setRemoteDescription holds an answer to (RFC 9429 section 5.11). */
    private static void assertFits(Sdp offer, Sdp answer, String direction) {
        assertThat(answer.media()).hasSameSizeAs(offer.media());
        String bundle = Sdp.value(answer.session(), "a=group:BUNDLE ");
        assertThat(answer.session()).noneMatch(line -> line.startsWith("a=group:LS"));
        for (int i = 0; i < answer.media().size(); i++) {
            List<String> asked = offer.media().get(i);
            List<String> section = answer.media().get(i);
            assertThat(Sdp.kind(section)).isEqualTo(Sdp.kind(asked));
            assertThat(Sdp.port(section)).as("not rejected").isPositive();
            assertThat(Sdp.value(section, "a=mid:")).isEqualTo(Sdp.value(asked, "a=mid:"));
            assertThat(bundle.split(" ")).contains(Sdp.value(section, "a=mid:"));
            assertThat(section).contains("a=" + direction, "a=rtcp-mux");
            assertThat(Sdp.payloadTypes(asked)).containsAll(Sdp.payloadTypes(section));
            assertSameMeaning(asked, section);
            assertThat(Sdp.value(section, "a=setup:"))
                    .isEqualTo(setup(offer, asked).equals("passive") ? "active" : "passive");
            assertThat(Sdp.value(section, "a=fingerprint:")).startsWith("sha-256 ");
            assertThat(Sdp.value(section, "a=ice-ufrag:")).hasSizeGreaterThanOrEqualTo(4);
            assertThat(Sdp.value(section, "a=ice-pwd:")).hasSizeGreaterThanOrEqualTo(22);
        }
    }

    private static String setup(Sdp offer, List<String> asked) {
        return Stream.concat(Sdp.values(asked, "a=setup:").stream(), Sdp.values(offer.session(), "a=setup:").stream())
                .findFirst()
                .orElseThrow();
    }

    private static void assertSameMeaning(List<String> asked, List<String> section) {
        Set<String> offeredNames = Sdp.attributes(asked, "a=rtpmap:").stream()
                .map(RecordedOffersTest::lowerCase)
                .collect(Collectors.toSet());
        for (String map : Sdp.attributes(section, "a=rtpmap:")) {
            assertThat(offeredNames).contains(lowerCase(map));
        }
        assertThat(extensionIds(asked)).containsAll(extensionIds(section));
        for (String feedback : Sdp.attributes(section, "a=rtcp-fb:")) {
            String forAll = "*" + feedback.substring(feedback.indexOf(' '));
            assertThat(Sdp.attributes(asked, "a=rtcp-fb:")).containsAnyOf(feedback, forAll);
        }
        for (String rtx : Sdp.values(section, "a=fmtp:").stream()
                .filter(value -> value.contains("apt="))
                .toList()) {
            assertThat(Sdp.payloadTypes(section)).contains(rtx.replaceAll(".*apt=(\\d+).*", "$1"));
        }
    }

    private static Set<String> extensionIds(List<String> section) {
        return Sdp.attributes(section, "a=extmap:").stream()
                .map(value -> value.replaceAll("^(\\d+)\\S* ", "$1 "))
                .collect(Collectors.toSet());
    }

    private static String lowerCase(String text) {
        return text.toLowerCase(java.util.Locale.ROOT);
    }
}
