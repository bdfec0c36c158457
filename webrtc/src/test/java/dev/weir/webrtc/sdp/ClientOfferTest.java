package dev.weir.webrtc.sdp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ClientOfferTest {
    private static final CodecFormat H264 =
            new CodecFormat("H264", 90_000, 1, "packetization-mode=1;profile-level-id=42e01f");
    private static final CodecFormat OPUS = new CodecFormat("opus", 48_000, 2, "useinbandfec=1");
    private static final LocalDescription CLIENT = new LocalDescription(
            "clientufrag",
            "clientpasswordclientpassword",
            Offers.LOCAL.fingerprint(),
            List.of(LocalDescription.hostCandidate(0, "127.0.0.1", 4000)),
            false,
            false);

    @Test
    void publishesToOurOwnServer() throws SdpException {
        ClientOffer offer = ClientOffer.publish(
                List.of(
                        new ClientMedia("video", List.of(H264), 10, 11),
                        new ClientMedia("audio", List.of(OPUS), 20, 0)),
                CLIENT);

        PublisherAnswer answer = PublisherAnswer.negotiate(SessionDescription.parse(offer.sdp()), Offers.LOCAL);
        ClientOffer.Outcome outcome = offer.readAnswer(answer.sdp());

        assertThat(answer.remote().iceUfrag()).isEqualTo("clientufrag");
        assertThat(answer.remote().candidates()).containsExactlyElementsOf(CLIENT.candidates());
        assertThat(answer.media().get(0).ssrcs()).containsExactly(10L);
        assertThat(answer.media().get(0).rtxSsrcs()).isEqualTo(Map.of(11L, 10L));
        assertThat(outcome.remote().iceLite()).isTrue();
        assertThat(outcome.remote().localIsDtlsClient()).isTrue();
        assertThat(outcome.remote().candidates()).hasSize(2);
        assertThat(outcome.media().get(0).payloadTypes()).containsOnlyKeys(96);
        assertThat(outcome.media().get(0).rtxPayloadTypes()).isEqualTo(Map.of(97, 96));
        assertThat(outcome.media().get(0).hasFeedback(96, "nack pli")).isTrue();
        assertThat(outcome.media().get(0).ssrcs()).containsExactly(10L);
        assertThat(outcome.media().get(1).payloadTypes()).containsOnlyKeys(98);
    }

    /** Recorded from the servers that bench/run peers measures, as answers to offers with these payload types. */
    @ParameterizedTest
    @ValueSource(strings = {"janus-1.1.2-whip", "pion-3.1.56-whip", "pion-3.1.56-whep"})
    void readsTheAnswersOfOtherServers(String name) throws SdpException {
        boolean publishes = name.endsWith("whip");
        List<ClientMedia> media = List.of(
                new ClientMedia("video", List.of(H264), 10, 11, 107),
                new ClientMedia("audio", List.of(OPUS), 20, 0, 111));
        ClientOffer offer = publishes ? ClientOffer.publish(media, CLIENT) : ClientOffer.view(media, CLIENT);
        assertThat(offer.sdp()).contains("a=rtpmap:107 H264/90000", "a=fmtp:108 apt=107", "a=rtpmap:111 opus/48000/2");

        ClientOffer.Outcome outcome = offer.readAnswer(Offers.resource("/answers/" + name + ".sdp"));

        assertThat(outcome.media().get(0).payloadTypes()).containsOnlyKeys(107);
        assertThat(outcome.media().get(1).payloadTypes()).containsOnlyKeys(111);
        // Pion's interceptors repair without a format of their own.
        assertThat(outcome.media().get(0).rtxPayloadTypes())
                .isEqualTo(name.startsWith("pion") ? Map.of() : Map.of(108, 107));
        assertThat(outcome.media().get(0).hasFeedback(107, "nack")).isTrue();
        assertThat(outcome.media().get(0).ssrcs()).containsExactly(publishes ? 10L : 1_148_963_342L);
        assertThat(outcome.remote().iceLite()).isTrue();
        assertThat(outcome.remote().localIsDtlsClient()).isFalse();
        assertThat(outcome.remote().candidates()).isNotEmpty();
    }

    @Test
    void viewsFromOurOwnServer() throws Exception {
        ClientOffer offer = ClientOffer.view(
                List.of(
                        new ClientMedia("video", List.of(Offers.video("VP8"), H264), 0, 1),
                        new ClientMedia("audio", List.of(OPUS), 0, 0)),
                CLIENT);

        ViewerAnswer answer =
                ViewerAnswer.negotiate(SessionDescription.parse(offer.sdp()), Offers.stream("H264"), Offers.LOCAL);
        ClientOffer.Outcome outcome = offer.readAnswer(answer.sdp());

        assertThat(outcome.media().get(0).payloadTypes().keySet()).containsExactly(98, 96);
        assertThat(outcome.media().get(0).ssrcs()).containsExactly(1111L);
        assertThat(outcome.media().get(0).rtxSsrcs()).isEqualTo(Map.of(2222L, 1111L));
        assertThat(outcome.media().get(1).ssrcs()).containsExactly(3333L);
    }

    @Test
    void tellsARejectedTrackFromAnAcceptedOne() throws Exception {
        ClientOffer offer = ClientOffer.view(
                List.of(new ClientMedia("video", List.of(H264), 0, 0), new ClientMedia("audio", List.of(OPUS), 0, 0)),
                CLIENT);
        List<OfferedTrack> audioOnly = Offers.stream("VP8").subList(1, 2);

        ViewerAnswer answer = ViewerAnswer.negotiate(SessionDescription.parse(offer.sdp()), audioOnly, Offers.LOCAL);

        assertThat(offer.readAnswer(answer.sdp()).media())
                .extracting(NegotiatedMedia::rejected)
                .containsExactly(true, false);
    }

    @Test
    void offersStaticPayloadTypesForG711() {
        ClientOffer offer = ClientOffer.publish(
                List.of(new ClientMedia("audio", List.of(new CodecFormat("PCMU", 8_000, 1, ""), OPUS), 1, 0)), CLIENT);

        assertThat(offer.sdp()).contains("m=audio 9 UDP/TLS/RTP/SAVPF 0 96\r\n");
    }

    @Test
    void refusesAnAnswerThatDoesNotFit() {
        ClientOffer offer = ClientOffer.publish(List.of(new ClientMedia("video", List.of(H264), 1, 0)), CLIENT);

        assertThatThrownBy(() -> offer.readAnswer("<html>502</html>")).isInstanceOf(SdpException.class);
        assertThatThrownBy(() -> offer.readAnswer(Offers.text("chromium-156-whip")))
                .hasMessageContaining("m-lines");
        assertThatThrownBy(() -> offer.readAnswer(Offers.text("libdatachannel-0.24-whep")
                        .replaceFirst("(?s)m=audio.*?m=video", "m=video")
                        .replaceFirst("BUNDLE 0 1", "BUNDLE 1")))
                .hasMessageContaining("payload type");
    }
}
