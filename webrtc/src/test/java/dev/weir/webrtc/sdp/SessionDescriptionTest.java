package dev.weir.webrtc.sdp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

class SessionDescriptionTest {
    private static final String HEAD = "v=0\r\no=- 1 1 IN IP4 127.0.0.1\r\ns=-\r\nt=0 0\r\n";

    @ParameterizedTest
    @MethodSource("dev.weir.webrtc.sdp.Offers#all")
    void writesBackEveryRecordedOfferAsItWasRead(String name) throws SdpException {
        String text = Offers.text(name);

        String written = Offers.parse(name).toString();

        assertThat(written).isEqualTo(text.strip().lines().map(String::strip).reduce("", (a, b) -> a + b + "\r\n"));
    }

    @Test
    void takesBareLineFeeds() throws SdpException {
        SessionDescription parsed =
                SessionDescription.parse(Offers.text("firefox-esr-whip").replace("\r\n", "\n"));

        assertThat(parsed.media()).extracting(MediaSection::kind).containsExactly("audio", "video");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "v=1| 1",
                "v=0~nonsense| 2",
                "v=0~o=- 1 1 IN IP4 0.0.0.0~s=-~t=0 0~m=audio| 5",
                "v=0~o=- 1 1 IN IP4 0.0.0.0~s=-~t=0 0~m=audio x UDP 0| 5",
                "v=0~o=- 1 1 IN IP4 0.0.0.0~s=-~t=0 0~m=audio 65536 UDP 0| 5",
                "v=0~o=- 1 1 IN IP4 0.0.0.0~s=-~t=0 0~a=:x| 5",
                "v=0~o=- 1 1 IN IP4 0.0.0.0~s=-~t=0 0~m=audio 9 UDP 0~a=candidate:1 1 udp| 6",
                "v=0~s=-~t=0 0~m=audio 9 UDP 0| 4",
            })
    void namesTheLineThatIsWrong(String text, int line) {
        assertThatThrownBy(() -> SessionDescription.parse(text.replace("~", "\r\n")))
                .isInstanceOfSatisfying(SdpException.class, e -> {
                    assertThat(e.line()).isEqualTo(line);
                    assertThat(e.malformed()).isTrue();
                    assertThat(e).hasMessageStartingWith("line " + line + ": ");
                });
    }

    @Test
    void holdsItsLimits() {
        String section = "m=audio 9 UDP/TLS/RTP/SAVPF 0\r\n";
        assertTooMuch(HEAD + "a=x:" + "y".repeat(64 * 1024) + "\r\n", "longer than");
        assertTooMuch(HEAD + section.repeat(33), "more than 32 m-lines");
        assertTooMuch(
                HEAD + section + "a=candidate:1 1 udp 1 ::1 9 typ host\r\n".repeat(65), "more than 64 candidates");
        assertTooMuch(HEAD + section + "a=extmap:1 urn:x\r\n".repeat(17), "more than 16 header extensions");
    }

    @Test
    void acceptsWhatIsExactlyAtTheLimits() throws SdpException {
        String section = "m=audio 9 UDP/TLS/RTP/SAVPF 0\r\n" + "a=extmap:1 urn:x\r\n".repeat(16)
                + "a=candidate:1 1 udp 1 ::1 9 typ host\r\n".repeat(20);

        assertThat(SessionDescription.parse(HEAD + section.repeat(32)).media()).hasSize(32);
    }

    private static void assertTooMuch(String text, String reason) {
        assertThatThrownBy(() -> SessionDescription.parse(text))
                .isInstanceOf(SdpException.class)
                .hasMessageContaining(reason);
    }
}
