package dev.weir.connector.restream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weir.connector.RestreamSinkConnector;
import dev.weir.connector.config.RestreamSinkConfig;
import java.util.List;
import java.util.Map;
import org.apache.kafka.common.config.ConfigValue;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class TargetUrlTest {
    private static final String SECRET = "s3cret";

    @ParameterizedTest
    @CsvSource({
        "rtmp://live.example.org/app/s3cret?auth=s3cret, rtmp://live.example.org:1935",
        "rtmps://live.example.org/app/s3cret, rtmps://live.example.org:443",
        "srt://live.example.org:9000?streamid=s3cret&passphrase=s3cret-s3cret, srt://live.example.org:9000",
        "srt://:9000?mode=listener, srt://0.0.0.0:9000",
        "rtsp://user:s3cret@[2001:db8::1]/s3cret, rtsp://[2001:db8::1]:554",
        "rtp://user:s3cret@127.0.0.1:5004?key=s3cret, rtp://127.0.0.1:5004",
        "whip+https://live.example.org/whip/s3cret, whip+https://live.example.org:443",
        "hls+https://live.example.org/s3cret/live.m3u8, hls+https://live.example.org:443",
        "udp://192.0.2.1:5000, udp://192.0.2.1:5000",
    })
    void isShownWithoutWhatMayBeSecret(String url, String shown) {
        assertThat(TargetUrl.parse(url)).hasToString(shown);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "s3cret",
                "ftp://example.org/s3cret",
                "rtmp://example.org/s3cret",
                "rtp://127.0.0.1:5005",
                "srt://example.org?streamid=s3cret",
                "srt://example.org:9000?mode=s3cret",
                "srt://example.org:9000?passphrase=s3cret",
                "hls+https://example.org/s3cret",
                "rtsp:///s3cret",
                "rtmp://example org/s3cret/s3cret"
            })
    void aMistakeIsToldWithoutWhatMayBeSecret(String url) {
        assertThatThrownBy(() -> TargetUrl.parse(url))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageNotContaining(SECRET)
                .hasNoCause();
    }

    @Test
    void connectNamesTheMistakeOfEachSetting() {
        List<ConfigValue> values = new RestreamSinkConnector()
                .validate(Map.of(
                        RestreamSinkConfig.STREAM, " ",
                        RestreamSinkConfig.URL, "rtp://127.0.0.1:5005",
                        RestreamSinkConfig.START, "yesterday",
                        RestreamSinkConfig.ALLOW, "10.0.0.0/99",
                        RestreamSinkConfig.AUDIO, "loud"))
                .configValues();

        assertThat(errors(values, RestreamSinkConfig.STREAM))
                .singleElement()
                .asString()
                .contains("must not be empty");
        assertThat(errors(values, RestreamSinkConfig.URL))
                .containsExactly("the port of an RTP target must be even and at most 65534");
        assertThat(errors(values, RestreamSinkConfig.SDP_FILE))
                .containsExactly("a target of rtp:// or srtp:// needs a file for its session description");
        assertThat(errors(values, RestreamSinkConfig.START))
                .singleElement()
                .asString()
                .contains("5m");
        assertThat(errors(values, RestreamSinkConfig.ALLOW)).containsExactly("not a prefix length for 10.0.0.0: 99");
        assertThat(errors(values, RestreamSinkConfig.AUDIO))
                .singleElement()
                .asString()
                .contains("copy");
    }

    private static List<String> errors(List<ConfigValue> values, String name) {
        return values.stream()
                .filter(value -> value.name().equals(name))
                .flatMap(value -> value.errorMessages().stream())
                .toList();
    }
}
