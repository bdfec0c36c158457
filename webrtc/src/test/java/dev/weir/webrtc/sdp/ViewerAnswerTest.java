package dev.weir.webrtc.sdp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class ViewerAnswerTest {

    @ParameterizedTest
    @MethodSource("dev.weir.webrtc.sdp.Offers#whep")
    void answersEveryRecordedPlayer_E03_E04_E14(String name) throws Exception {
        SessionDescription offer = Offers.parse(name);
        String codec = name.startsWith("firefox") ? "VP8" : "H264";

        ViewerAnswer answer = ViewerAnswer.negotiate(offer, Offers.stream(codec), Offers.LOCAL);

        assertThat(answer.sdp()).startsWith("v=0\r\n").hasSizeLessThan(8 * 1024);
        SessionDescription parsed = SessionDescription.parse(answer.sdp());
        assertThat(parsed.media()).hasSameSizeAs(offer.media());
        for (MediaSection section : parsed.media()) {
            NegotiatedMedia media = answer.media().get(section.index());
            assertThat(section.port()).isEqualTo(9);
            assertThat(section.attributeList().has("sendonly")).isTrue();
            assertThat(section.attributeList().has("rtcp-mux-only")).isTrue();
            assertThat(section.attributeList()
                            .first("msid")
                            .map(msid -> msid.value().split(" ", 2)[0]))
                    .contains("weir-weirufrag");
            assertThat(media.payloadTypes()).isNotEmpty();
            assertThat(offer.media().get(section.index()).formats())
                    .containsAll(media.payloadTypes().keySet().stream()
                            .map(String::valueOf)
                            .toList());
        }
        assertThat(answer.media()).extracting(NegotiatedMedia::trackIndex).containsExactlyInAnyOrder(0, 1);
    }

    @Test
    void announcesOurSsrcAndItsRepairToAPlayerThatKnowsRtx() throws Exception {
        ViewerAnswer answer = view("chromium-156-whep", "VP8");

        NegotiatedMedia video = media(answer, "video");
        int payloadType = video.payloadTypes().keySet().iterator().next();
        assertThat(video.rtxPayloadTypes().values()).contains(payloadType);
        assertThat(video.rtxSsrcs()).isEqualTo(Map.of(2222L, 1111L));
        assertThat(answer.sdp())
                .contains("a=ssrc-group:FID 1111 2222\r\n")
                .contains("a=ssrc:1111 cname:weir-weirufrag\r\n")
                .contains("a=ssrc:2222 cname:weir-weirufrag\r\n")
                .contains("a=ssrc:3333 cname:weir-weirufrag\r\n");
    }

    @Test
    void givesOpusOfManyChannelsToAPlayerWithTheSameSpeakersOnly() throws Exception {
        String surround = "channel_mapping=0,4,1,2,3,5;num_streams=4;coupled_streams=2";
        SessionDescription offer = SessionDescription.parse(Offers.text("chromium-156-whep")
                .replace("a=rtpmap:63 red/48000/2", "a=rtpmap:63 multiopus/48000/6")
                .replace("a=fmtp:63 111/111", "a=fmtp:63 minptime=10;" + surround));
        CodecFormat sent = new CodecFormat("multiopus", 48_000, 6, surround + ";useinbandfec=1");
        CodecFormat other = new CodecFormat("multiopus", 48_000, 6, surround.replace("0,4", "4,0"));

        ViewerAnswer answer =
                ViewerAnswer.negotiate(offer, List.of(new OfferedTrack(0, "audio", sent, 3333, 0)), Offers.LOCAL);

        assertThat(media(answer, "audio").payloadTypes().keySet()).containsExactly(63, 111, 0, 8);
        assertThat(answer.sdp()).contains("a=rtpmap:63 multiopus/48000/6\r\n");
        assertThatThrownBy(() -> ViewerAnswer.negotiate(
                        offer, List.of(new OfferedTrack(0, "audio", other, 3333, 0)), Offers.LOCAL))
                .isInstanceOf(NoCommonCodecException.class);
    }

    /** The publisher may come back with any of them, and nobody negotiates anew then. */
    @Test
    void keepsAllThatThePlayerDecodesBehindTheStreamsOwnCodec() throws Exception {
        ViewerAnswer answer = view("chromium-156-whep", "H264");

        NegotiatedMedia video = media(answer, "video");
        List<String> codecs = video.payloadTypes().values().stream()
                .map(CodecFormat::encodingName)
                .distinct()
                .toList();
        assertThat(codecs).containsExactly("H264", "VP8", "VP9", "AV1");
        SessionDescription parsed = SessionDescription.parse(answer.sdp());
        MediaSection section = parsed.media().get(1);
        assertThat(RtpFormats.of(section, false).codecs().keySet())
                .containsExactlyElementsOf(video.payloadTypes().keySet());
        assertThat(video.rtxPayloadTypes().values())
                .containsExactlyInAnyOrderElementsOf(video.payloadTypes().keySet());
        assertThat(section.attributeList().named("ssrc-group")).hasSize(1);
        assertThat(answer.sdp()).hasSizeLessThan(8 * 1024);
        assertThat(media(answer, "audio").payloadTypes().keySet()).containsExactly(111, 0, 8);

        assertThat(video.payloadTypeFor(Offers.video("VP8"))).contains(96);
        assertThat(video.payloadTypeFor(Offers.video("VP9"))).contains(98);
        CodecFormat mode0 = new CodecFormat("H264", 90_000, 1, "profile-level-id=42e01f");
        assertThat(video.payloadTypeFor(mode0)).contains(114);
        assertThat(video.payloadTypeFor(new CodecFormat("H265", 90_000, 1, ""))).isEmpty();
    }

    @Test
    void givesRedundantSoundToAPlayerThatPutsItFirstOnly() throws Exception {
        String text = Offers.text("chromium-156-whep");
        String wanted = text.replaceFirst("(m=audio \\S+ \\S+) 111 63", "$1 63 111");
        assertThat(wanted).isNotEqualTo(text);

        ViewerAnswer plain = view("chromium-156-whep", "VP8");
        ViewerAnswer redundant =
                ViewerAnswer.negotiate(SessionDescription.parse(wanted), Offers.stream("VP8"), Offers.LOCAL);

        assertThat(media(plain, "audio").payloadTypes().keySet()).containsExactly(111, 0, 8);
        assertThat(media(redundant, "audio").payloadTypes().keySet()).containsExactly(111, 63, 0, 8);
        assertThat(redundant.sdp()).contains("a=rtpmap:63 red/48000/2\r\n").contains("a=fmtp:63 111/111\r\n");
    }

    @Test
    void announcesNoRepairToAPlayerWithoutRtx() throws Exception {
        ViewerAnswer answer = view("libdatachannel-0.24-whep", "H264");

        assertThat(media(answer, "video").rtxSsrcs()).isEmpty();
        assertThat(answer.sdp()).doesNotContain("FID");
    }

    @ParameterizedTest
    @CsvSource({
        "packetization-mode=1;profile-level-id=42e01f, 42e01f, 1",
        "packetization-mode=1;profile-level-id=42001f, 42001f, 1",
        "packetization-mode=1;profile-level-id=4d0032, 4d001f, 1",
        "packetization-mode=1;profile-level-id=640034, f4001f, 1",
        "packetization-mode=1;profile-level-id=422001f, 42001f, 1",
        "profile-level-id=42e01f, 42e01f, 0",
        "'', 42001f, 0",
    })
    void choosesAmongChromiumsH264ByModeThenByProfile(String published, String profile, String mode) throws Exception {
        List<OfferedTrack> tracks =
                List.of(new OfferedTrack(0, "video", new CodecFormat("H264", 90_000, 1, published), 1, 2));

        ViewerAnswer answer = ViewerAnswer.negotiate(Offers.parse("chromium-156-whep"), tracks, Offers.LOCAL);

        CodecFormat chosen =
                media(answer, "video").payloadTypes().values().iterator().next();
        assertThat(chosen.parameter("profile-level-id").orElse("")).isEqualTo(profile);
        assertThat(chosen.parameter("packetization-mode")).contains(mode);
    }

    @ParameterizedTest
    @ValueSource(strings = {"0", "2"})
    void refusesWhatHasFragmentsToAPlayerOfAnotherPacketizationMode(String mode) {
        String offer =
                Offers.text("libdatachannel-0.24-whep").replace("packetization-mode=1", "packetization-mode=" + mode);

        assertThatThrownBy(() ->
                        ViewerAnswer.negotiate(SessionDescription.parse(offer), Offers.stream("H264"), Offers.LOCAL))
                .isInstanceOf(NoCommonCodecException.class)
                .hasMessage("the player offers H264 (packetization-mode=" + mode
                        + "), the stream has H264 (packetization-mode=1)");
    }

    @Test
    void playsHighProfileToAPlayerThatOffersOnlyBaseline() throws Exception {
        List<OfferedTrack> tracks = List.of(new OfferedTrack(
                0, "video", new CodecFormat("H264", 90_000, 1, "packetization-mode=1;profile-level-id=64001f"), 1, 0));

        ViewerAnswer answer = ViewerAnswer.negotiate(Offers.parse("libdatachannel-0.24-whep"), tracks, Offers.LOCAL);

        assertThat(media(answer, "video").payloadTypes()).containsKey(102);
        assertThat(media(answer, "audio").rejected()).isTrue();
        assertThat(answer.sdp()).contains("a=group:BUNDLE 1\r\n").contains("m=audio 0 ");
    }

    @Test
    void rejectsTheMLineOfAMissingKindAndMovesTheBundleTag() throws Exception {
        List<OfferedTrack> videoOnly = Offers.stream("VP8").subList(0, 1);
        String text = Offers.text("chromium-156-whep");
        String differentAudio = text.replaceFirst("a=ice-ufrag:\\S+", "a=ice-ufrag:audioOnly");

        ViewerAnswer answer = ViewerAnswer.negotiate(SessionDescription.parse(differentAudio), videoOnly, Offers.LOCAL);

        NegotiatedMedia audio = media(answer, "audio");
        assertThat(audio.rejected()).isTrue();
        assertThat(audio.payloadTypes()).isEmpty();
        boolean audioFirst = text.indexOf("m=audio") < text.indexOf("m=video");
        assertThat(audioFirst).isTrue();
        assertThat(answer.remote().iceUfrag()).isNotEqualTo("audioOnly");
    }

    @Test
    void namesBothListsWhenNothingIsInCommon_E08() {
        assertThatThrownBy(() -> view("firefox-esr-whep", "H264"))
                .isInstanceOfSatisfying(NoCommonCodecException.class, e -> {
                    assertThat(e.offered()).containsExactly("VP8", "VP9", "AV1");
                    assertThat(e.published()).containsExactly("H264 (packetization-mode=1)");
                })
                .hasMessage("the player offers VP8, VP9, AV1, the stream has H264 (packetization-mode=1)");
    }

    @Test
    void refusesVp9OfAnotherProfile() {
        CodecFormat profile2 = new CodecFormat("VP9", 90_000, 1, "profile-id=2");
        List<OfferedTrack> tracks = List.of(new OfferedTrack(0, "video", profile2, 1, 0));

        assertThatThrownBy(() -> ViewerAnswer.negotiate(Offers.parse("firefox-esr-whep"), tracks, Offers.LOCAL))
                .isInstanceOf(NoCommonCodecException.class)
                .hasMessageContaining("VP9 (profile 2)");
    }

    @Test
    void refusesAPlayerThatWantsNoneOfTheKinds() throws Exception {
        String audioOnly = Offers.text("libdatachannel-0.24-whep")
                .replaceFirst("(?s)m=video.*", "")
                .replaceFirst("BUNDLE 0 1", "BUNDLE 0");
        SessionDescription offer = SessionDescription.parse(audioOnly);
        List<OfferedTrack> videoOnly = Offers.stream("VP8").subList(0, 1);

        assertThatThrownBy(() -> ViewerAnswer.negotiate(offer, videoOnly, Offers.LOCAL))
                .isInstanceOf(NoCommonCodecException.class)
                .hasMessage("the player offers OPUS, the stream has VP8");
    }

    @ParameterizedTest
    @CsvSource({"sendonly", "inactive"})
    void refusesAnOfferThatDoesNotReceive_E04(String direction) {
        String text = Offers.text("chromium-156-whep").replace("a=recvonly", "a=" + direction);

        assertThatThrownBy(() ->
                        ViewerAnswer.negotiate(SessionDescription.parse(text), Offers.stream("VP8"), Offers.LOCAL))
                .isInstanceOfSatisfying(
                        SdpException.class, e -> assertThat(e.malformed()).isFalse());
    }

    private static ViewerAnswer view(String offer, String codec) throws Exception {
        return ViewerAnswer.negotiate(Offers.parse(offer), Offers.stream(codec), Offers.LOCAL);
    }

    private static NegotiatedMedia media(ViewerAnswer answer, String kind) {
        return answer.media().stream()
                .filter(media -> media.kind().equals(kind))
                .findFirst()
                .orElseThrow();
    }
}
