package dev.weir.webrtc.sdp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class PublisherAnswerTest {

    @ParameterizedTest
    @MethodSource("dev.weir.webrtc.sdp.Offers#whip")
    void answersEveryRecordedPublisher_W03_W06_W21_W32(String name) throws SdpException {
        SessionDescription offer = Offers.parse(name);

        PublisherAnswer answer = PublisherAnswer.negotiate(offer, Offers.LOCAL);

        assertThat(answer.sdp()).startsWith("v=0\r\n").endsWith("\r\n").hasSizeLessThan(8 * 1024);
        SessionDescription parsed = SessionDescription.parse(answer.sdp());
        assertThat(parsed.attributeList().has("ice-lite")).isTrue();
        assertThat(parsed.attributeList().first("group"))
                .isEqualTo(parsed.attributeList().first("group"));
        assertThat(parsed.media()).hasSameSizeAs(offer.media());
        for (MediaSection section : parsed.media()) {
            assertThat(section.port()).isEqualTo(9);
            assertThat(section.mid())
                    .isEqualTo(offer.media().get(section.index()).mid());
            for (String attribute : List.of("recvonly", "rtcp-mux", "rtcp-mux-only", "ice-ufrag", "fingerprint")) {
                assertThat(section.attributeList().has(attribute)).as(attribute).isTrue();
            }
        }
        assertThat(answer.media()).noneMatch(NegotiatedMedia::rejected);
        assertThat(candidates(parsed))
                .containsExactly("1 1 UDP 2130706431 127.0.0.1 8189 typ host", "2 1 UDP 2130706175 ::1 8189 typ host");
        assertThat(answer.sdp()).containsOnlyOnce("a=end-of-candidates");
    }

    @ParameterizedTest
    @MethodSource("dev.weir.webrtc.sdp.Offers#whip")
    void takesTheServerRoleUnlessThePublisherInsists_W36_W37(String name) throws SdpException {
        PublisherAnswer answer = Offers.publish(name);

        boolean passiveClient = name.startsWith("ffmpeg");
        assertThat(answer.remote().localIsDtlsClient()).isEqualTo(passiveClient);
        assertThat(answer.sdp()).contains(passiveClient ? "a=setup:active" : "a=setup:passive");
    }

    @Test
    void keepsAllForwardableCodecsOfChromiumAndDropsTheRest() throws SdpException {
        PublisherAnswer answer = Offers.publish("chromium-156-whip-full");

        NegotiatedMedia audio = answer.media().get(0);
        NegotiatedMedia video = answer.media().get(1);
        assertThat(audio.payloadTypes().keySet()).containsExactly(111, 63, 0, 8);
        assertThat(video.payloadTypes().keySet()).containsExactly(96, 102, 104, 108, 114, 116, 39, 45, 98, 100);
        assertThat(video.rtxPayloadTypes())
                .containsEntry(97, 96)
                .containsEntry(46, 45)
                .hasSize(10);
        assertThat(video.feedback().get(96)).containsExactly("goog-remb", "ccm fir", "nack", "nack pli");
        assertThat(video.extensionIds())
                .containsOnlyKeys(
                        ExtensionUri.ABS_SEND_TIME, ExtensionUri.MID, ExtensionUri.RID, ExtensionUri.REPAIRED_RID);
        assertThat(audio.extensionIds()).containsEntry(ExtensionUri.AUDIO_LEVEL, 1);
        assertThat(video.ssrcs()).containsExactly(2009088024L);
        assertThat(video.rtxSsrcs()).containsEntry(1728788691L, 2009088024L);
        assertThat(answer.sdp())
                .doesNotContain("transport-cc")
                .doesNotContain("transport-wide")
                .contains("SAVPF 111 63 0 8\r\n", "a=rtpmap:63 red/48000/2\r\na=fmtp:63 111/111\r\n")
                .doesNotContain("red/90000");
    }

    @ParameterizedTest
    @CsvSource({
        "63 111, 111/111, '63, 111, 0, 8'",
        "63 111, 111/111/111, '63, 111, 0, 8'",
        "63 111, 0/0, '111, 0, 8'",
        "63 111, 111/0, '111, 0, 8'",
        "63 111, 111, '111, 0, 8'",
        "63 111, 110/110, '111, 0, 8'",
        "63, 111/111, '0, 8'",
    })
    void takesRedundantOpusInThePublishersOrderWhenThatOpusIsOfferedToo(String types, String fmtp, String taken)
            throws SdpException {
        String offer = Offers.text("chromium-156-whip-full")
                .replace("SAVPF 111 63 9", "SAVPF " + types + " 9")
                .replace("a=fmtp:63 111/111", "a=fmtp:63 " + fmtp);

        PublisherAnswer answer = PublisherAnswer.negotiate(SessionDescription.parse(offer), Offers.LOCAL);

        assertThat(answer.media().get(0).payloadTypes().keySet().toString()).isEqualTo("[" + taken + "]");
    }

    @Test
    void takesOpusOfManyChannelsOnlyFromAPublisherWithoutPlainOpus() throws SdpException {
        String surround = "channel_mapping=0,4,1,2,3,5;num_streams=4;coupled_streams=2";
        String offer = Offers.text("chromium-156-whip-full")
                .replace("a=rtpmap:111 opus/48000/2", "a=rtpmap:111 multiopus/48000/6")
                .replace("a=fmtp:111 ", "a=fmtp:111 " + surround + ";");
        PublisherAnswer alone = PublisherAnswer.negotiate(SessionDescription.parse(offer), Offers.LOCAL);
        PublisherAnswer beside = PublisherAnswer.negotiate(
                SessionDescription.parse(offer.replace("a=rtpmap:9 G722/8000", "a=rtpmap:9 opus/48000/2")),
                Offers.LOCAL);

        assertThat(alone.media().get(0).payloadTypes().keySet()).containsExactly(111, 0, 8);
        assertThat(alone.sdp()).contains("a=rtpmap:111 multiopus/48000/6\r\n").contains(surround);
        assertThat(beside.media().get(0).payloadTypes().keySet()).containsExactly(9, 0, 8);
    }

    @Test
    void answersTransportWideFeedbackOnlyWhenItIsImplemented() throws SdpException {
        LocalDescription local = new LocalDescription(
                Offers.LOCAL.iceUfrag(), Offers.LOCAL.icePwd(), Offers.LOCAL.fingerprint(), List.of(), true, true);

        PublisherAnswer answer = PublisherAnswer.negotiate(Offers.parse("chromium-156-whip"), local);

        NegotiatedMedia video = answer.media().get(1);
        assertThat(video.extensionIds()).containsKey(ExtensionUri.TRANSPORT_CC);
        assertThat(video.feedback().values()).allMatch(types -> types.contains("transport-cc"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"h264", "vp8"})
    void receivesAllLayersOfSimulcast_W46(String codec) throws SdpException {
        PublisherAnswer answer = Offers.publish("chromium-156-whip-simulcast-" + codec);

        assertThat(answer.media().get(1).rids()).containsExactly("l", "m", "h");
        assertThat(answer.sdp()).contains("a=rid:l recv\r\na=rid:m recv\r\na=rid:h recv\r\na=simulcast:recv l;m;h\r\n");
    }

    @Test
    void readsIceAndDtlsFromSessionOrMediaLevel() throws SdpException {
        PublisherAnswer firefox = Offers.publish("firefox-esr-whip");
        String text = Offers.text("firefox-esr-whip")
                .replaceAll("a=(ice-pwd|ice-ufrag|setup):.*\r?\n", "")
                .replaceFirst(
                        "a=group",
                        "a=ice-ufrag:4222c1c5\r\na=ice-pwd:b71f0abc5dcb111f66b4a0ca903d418e\r\na=setup:passive\r\na=group");

        PublisherAnswer moved = PublisherAnswer.negotiate(SessionDescription.parse(text), Offers.LOCAL);

        assertThat(firefox.remote().fingerprint()).startsWith("sha-256 17:19:44");
        assertThat(moved.remote().iceUfrag()).isEqualTo("4222c1c5");
        assertThat(moved.remote().localIsDtlsClient()).isTrue();
    }

    /** One client writes different ICE credentials into each m-line of one bundle. The tagged one counts. */
    @Test
    void usesTheTransportOfTheBundleTag() throws SdpException {
        String text = Offers.text("chromium-156-whip")
                .replaceFirst("a=group:BUNDLE 0 1", "a=group:BUNDLE 1 0")
                .replaceFirst("(?s)(m=video.*?)a=ice-ufrag:\\S+", "$1a=ice-ufrag:tagged");

        PublisherAnswer answer = PublisherAnswer.negotiate(SessionDescription.parse(text), Offers.LOCAL);

        assertThat(answer.remote().iceUfrag()).isEqualTo("tagged");
        assertThat(answer.sdp()).contains("a=group:BUNDLE 1 0");
        MediaSection video = SessionDescription.parse(answer.sdp()).media().get(1);
        assertThat(video.attributeList().has("candidate")).isTrue();
    }

    @Test
    void doesNotTakeBundleOnlyForARejection() throws SdpException {
        PublisherAnswer answer = Offers.publish("gstreamer-1.22-whip-h264");

        assertThat(answer.media()).extracting(NegotiatedMedia::mid).containsExactly("video0", "audio1");
        assertThat(format(answer, 0).parameter("sprop-parameter-sets")).isPresent();
        assertThat(answer.sdp()).doesNotContain("sprop-").contains("a=rtpmap:97 OPUS/48000/2");
    }

    @Test
    void keepsTheMalformedProfileOfFfmpeg() throws SdpException {
        PublisherAnswer answer = Offers.publish("ffmpeg-8.0.1-whip");

        assertThat(format(answer, 1).parameter("profile-level-id")).contains("422001f");
        assertThat(answer.media().get(1).feedback()).isEmpty();
    }

    /** RFC 9725 section 4.4.3 wants no partial success. */
    @Test
    void refusesADataChannelUnlessTheOfferItselfDisablesIt() throws SdpException {
        String text = Offers.text("chromium-156-whip").replaceFirst("a=group:BUNDLE 0 1", "a=group:BUNDLE 0 1 2")
                + "m=application 9 UDP/DTLS/SCTP webrtc-datachannel\r\nc=IN IP4 0.0.0.0\r\na=mid:2\r\na=sctp-port:5000\r\n";
        SessionDescription wanted = SessionDescription.parse(text);
        SessionDescription disabled = SessionDescription.parse(text.replace("m=application 9", "m=application 0"));

        assertThatThrownBy(() -> PublisherAnswer.negotiate(wanted, Offers.LOCAL))
                .isInstanceOf(SdpException.class)
                .hasMessageContaining("application");
        PublisherAnswer answer = PublisherAnswer.negotiate(disabled, Offers.LOCAL);
        assertThat(answer.media()).extracting(NegotiatedMedia::rejected).containsExactly(false, false, true);
        assertThat(answer.sdp())
                .contains("a=group:BUNDLE 0 1\r\n")
                .contains("m=application 0 UDP/DTLS/SCTP webrtc-datachannel\r\n");
    }

    @Test
    void answersASingleTrackWithoutBundleGroup() throws SdpException {
        String text = Offers.text("libdatachannel-0.24-whip")
                .replaceFirst("(?s)m=video.*", "")
                .replaceFirst("a=group:BUNDLE 0 1\r\n", "")
                .replaceFirst("a=mid:0\r\n", "");

        PublisherAnswer answer = PublisherAnswer.negotiate(SessionDescription.parse(text), Offers.LOCAL);

        assertThat(answer.sdp()).doesNotContain("BUNDLE").doesNotContain("a=mid");
        assertThat(answer.media()).extracting(NegotiatedMedia::mid).containsExactly("0");
    }

    @Test
    void takesTracksWithoutOrWithDifferentMsid_W34() throws SdpException {
        String text = Offers.text("gstreamer-1.22-whip-vp8").replaceAll("a=ssrc:.*\r\n", "");

        assertThat(PublisherAnswer.negotiate(SessionDescription.parse(text), Offers.LOCAL)
                        .media())
                .allMatch(media -> media.ssrcs().isEmpty());
    }

    @ParameterizedTest
    @ValueSource(strings = {"recvonly", "inactive"})
    void refusesAnOfferThatDoesNotSend_W06(String direction) {
        assertRefused(Offers.text("chromium-156-whip").replace("a=sendonly", "a=" + direction), direction);
    }

    @Test
    void refusesTwoVideoTracks_W33() {
        String text = Offers.text("chromium-156-whip");
        String second = text.substring(text.indexOf("m=video")).replace("a=mid:1", "a=mid:2");

        assertRefused(text.replace("BUNDLE 0 1", "BUNDLE 0 1 2") + second, "second of its kind");
    }

    @Test
    void refusesTheWholeOfferWhenOneTrackHasNoCodec_W35() {
        assertRefused(Offers.text("ffmpeg-8.0.1-whip").replace("H264/90000", "H263-1998/90000"), "H263-1998");
    }

    @Test
    void refusesInterleavedH264() {
        assertRefused(
                Offers.text("ffmpeg-8.0.1-whip").replace("packetization-mode=1", "packetization-mode=2"),
                "H264 (packetization-mode=2)");
    }

    @Test
    void refusesWhatDoesNotShareOneTransport_W32() {
        assertRefused(Offers.text("chromium-156-whip").replace("BUNDLE 0 1", "BUNDLE 0"), "BUNDLE");
        assertRefused(Offers.text("chromium-156-whip").replace("a=rtcp-mux\r\n", ""), "rtcp-mux");
        assertRefused(Offers.text("chromium-156-whip").replace("UDP/TLS/RTP/SAVPF", "RTP/AVP"), "SAVPF");
    }

    @Test
    void refusesAnOfferWithoutMedia() {
        assertRefused("v=0\r\no=- 1 1 IN IP4 0.0.0.0\r\ns=-\r\nt=0 0\r\n", "no audio or video");
    }

    @Test
    void expandsAWildcardOfFeedback() throws SdpException {
        String text = Offers.text("ffmpeg-8.0.1-whip")
                .replace("a=ssrc:61334263 cname", "a=rtcp-fb:* nack pli\r\na=ssrc:61334263 cname");

        PublisherAnswer answer = PublisherAnswer.negotiate(SessionDescription.parse(text), Offers.LOCAL);

        assertThat(answer.media().get(1).feedback()).containsEntry(106, Set.of("nack pli"));
    }

    private static void assertRefused(String offer, String reason) {
        assertThatThrownBy(() -> PublisherAnswer.negotiate(SessionDescription.parse(offer), Offers.LOCAL))
                .isInstanceOfSatisfying(
                        SdpException.class, e -> assertThat(e.malformed()).isFalse())
                .hasMessageContaining(reason);
    }

    private static CodecFormat format(PublisherAnswer answer, int index) {
        return answer.media().get(index).payloadTypes().values().iterator().next();
    }

    private static List<String> candidates(SessionDescription answer) {
        return answer.media().stream()
                .flatMap(section -> section.attributeList().named("candidate").stream())
                .map(Attribute::value)
                .toList();
    }
}
