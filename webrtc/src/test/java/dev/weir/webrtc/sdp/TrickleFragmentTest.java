package dev.weir.webrtc.sdp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TrickleFragmentTest {
    private static final String CREDENTIALS = "a=ice-ufrag:EsAw\r\na=ice-pwd:P2uYro0UCOQ4zxjKXaWCBui1\r\n";
    private static final String CANDIDATE = "a=candidate:1387637174 1 udp 2122260223 192.0.2.1 61764 typ host\r\n";

    @ParameterizedTest
    @ValueSource(
            strings = {
                CREDENTIALS + "m=audio 9 UDP/TLS/RTP/SAVPF 0\r\na=mid:0\r\n" + CANDIDATE + "a=end-of-candidates\r\n",
                "m=audio 9 UDP/TLS/RTP/SAVPF 0\r\na=mid:0\r\n" + CREDENTIALS + CANDIDATE + "a=end-of-candidates\r\n",
            })
    void readsCredentialsAtSessionOrMediaLevel_W25(String text) throws SdpException {
        TrickleFragment fragment = TrickleFragment.parse(text);

        assertThat(fragment.iceUfrag()).contains("EsAw");
        assertThat(fragment.icePwd()).contains("P2uYro0UCOQ4zxjKXaWCBui1");
        assertThat(fragment.mid()).contains("0");
        assertThat(fragment.candidates())
                .containsExactly("candidate:1387637174 1 udp 2122260223 192.0.2.1 61764 typ host");
        assertThat(fragment.endOfCandidates()).isTrue();
    }

    @Test
    void keepsCandidatesThatWeCannotUse_W23() throws SdpException {
        TrickleFragment fragment = TrickleFragment.parse(CREDENTIALS
                + "a=candidate:1 1 udp 1 4d1f4b1c-8f0d.local 9 typ host\n"
                + "a=candidate:1 1 tcp 1 192.0.2.1 9 typ host tcptype active\n"
                + "a=candidate:1 1 ssltcp 1 fe80::1%eth0 9 typ host\n");

        assertThat(fragment.candidates()).hasSize(3);
        assertThat(fragment.endOfCandidates()).isFalse();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "hello",
                "m=audio 9 UDP/TLS/RTP/SAVPF 0",
                "a=candidate:",
                "a=candidate:1 1 udp x 192.0.2.1 9 typ host",
                "a=candidate:1 1 udp 1 192.0.2.1 99999 typ host",
                "a=ice-ufrag:EsAw",
                "a=ice-ufrag:E\r\na=ice-pwd:P2uYro0UCOQ4zxjKXaWCBui1",
            })
    void refusesABrokenFragment_W14(String text) {
        assertThatThrownBy(() -> TrickleFragment.parse(text)).isInstanceOf(SdpException.class);
    }

    @Test
    void holdsItsLimits() {
        assertThatThrownBy(() -> TrickleFragment.parse(CANDIDATE.repeat(65))).hasMessageContaining("64");
        assertThatThrownBy(() -> TrickleFragment.parse("a=x:" + "y".repeat(16 * 1024)))
                .hasMessageContaining("longer");
    }
}
