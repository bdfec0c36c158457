package dev.weir.webrtc.sdp;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.DictionaryEntries;
import com.code_intelligence.jazzer.junit.FuzzTest;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.provider.MethodSource;

/** Whatever a client writes, it gets an answer that can be read, or a refusal with a reason. */
class SdpFuzzTest {
    private static final ClientMedia VIDEO =
            new ClientMedia("video", List.of(Offers.video("H264"), Offers.video("VP8")), 1, 2);
    private static final ClientMedia AUDIO =
            new ClientMedia("audio", List.of(new CodecFormat("opus", 48_000, 2, "")), 3, 0);

    static Stream<byte[]> offers() {
        return Offers.all().map(name -> Offers.text(name).getBytes(StandardCharsets.UTF_8));
    }

    static Stream<byte[]> fragments() {
        return Offers.all()
                .map(name -> Offers.text(name)
                        .lines()
                        .filter(line -> line.matches("(m=|a=(ice-|mid|candidate|end-of|group)).*"))
                        .reduce("", (all, line) -> all + line + "\r\n")
                        .getBytes(StandardCharsets.UTF_8));
    }

    static Stream<byte[]> answers() throws SdpException {
        return Stream.of(
                        PublisherAnswer.negotiate(
                                        SessionDescription.parse(publish().sdp()), Offers.LOCAL)
                                .sdp(),
                        Offers.publish("ffmpeg-8.1.2-whip").sdp())
                .map(answer -> answer.getBytes(StandardCharsets.UTF_8));
    }

    private static ClientOffer publish() {
        return ClientOffer.publish(List.of(AUDIO, VIDEO), Offers.LOCAL);
    }

    @MethodSource("offers")
    @DictionaryEntries({
        "m=video 0 UDP/TLS/RTP/SAVPF ",
        "a=bundle-only",
        "a=group:BUNDLE ",
        "a=simulcast:send ",
        "a=rid:",
        " send ",
        "a=ssrc-group:SIM ",
        "a=extmap:",
        "a=rtcp-fb:* ",
        "a=setup:active",
        "a=setup:passive",
        "a=inactive",
        "a=sendrecv",
        "apt="
    })
    @FuzzTest(maxDuration = "1m")
    void offersAreAnsweredOrRefused(byte[] offer) throws SdpException {
        Negotiations.bothWays(new String(offer, StandardCharsets.UTF_8));
    }

    @MethodSource("fragments")
    @DictionaryEntries({"a=end-of-candidates", "a=ice-options:", "a=ice-pacing:", "typ srflx raddr", "tcptype passive"})
    @FuzzTest(maxDuration = "1m")
    void fragmentsAreTakenOrRefused(byte[] fragment) {
        try {
            assertThat(TrickleFragment.parse(new String(fragment, StandardCharsets.UTF_8))
                            .candidates())
                    .hasSizeLessThanOrEqualTo(SdpParser.MAX_CANDIDATES);
        } catch (SdpException expected) {
            assertThat(expected.getMessage()).isNotBlank();
        }
    }

    /** The other way round: what our own clients, the restreaming ones among them, hear from servers. */
    @MethodSource("answers")
    @FuzzTest(maxDuration = "1m")
    void answersAreTakenOrRefused(byte[] answer) {
        try {
            assertThat(publish()
                            .readAnswer(new String(answer, StandardCharsets.UTF_8))
                            .media())
                    .hasSize(2);
        } catch (SdpException expected) {
            assertThat(expected.getMessage()).isNotBlank();
        }
    }
}
