package dev.weir.probe;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.probe.StubEndpoint.Reply;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.ServerSocket;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import picocli.CommandLine;

/** What a user sees: one clear line and an exit code, never a stack trace. */
class CommandLineTest {
    private final StringWriter err = new StringWriter();

    private int run(String... args) {
        CommandLine commandLine = Main.commandLine();
        commandLine.setErr(new PrintWriter(err, true));
        return commandLine.execute(args);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '"',
            value = {
                "publish|Missing required option: '--url=URL'",
                "play --url http://127.0.0.1:1/whep/x --for soon|'soon' is not a duration; write for example 500ms",
                "play --url http://127.0.0.1:1/whep/x --for 0s|'0s' is not a duration",
                "publish --url http://127.0.0.1:1/whip/x --codec MPEG2|expected one of [VP8, H264, VP9, AV1]",
                "publish --url http://127.0.0.1:1/whip/x --size big|'big' is not a picture size",
                "publish --url http://127.0.0.1:1/whip/x --size 10x10|must be 64 to 4096: 10x10",
            })
    void wrongUsageIsExplained(String arguments, String expected) {
        assertThat(run(arguments.split(" ", -1))).isEqualTo(2);
        assertThat(err.toString()).contains(expected).doesNotContain("\tat ");
    }

    @Test
    void aUrlOfAnotherSchemeIsRefused() {
        assertThat(run("play", "--url", "ftp://example.org/x")).isEqualTo(1);
        assertThat(err.toString())
                .isEqualToIgnoringNewLines("weir: --url must be http://… or https://…, not 'ftp://example.org/x'");
    }

    @Test
    void nobodyListeningIsExplained() throws Exception {
        int port;
        try (ServerSocket free = new ServerSocket(0)) {
            port = free.getLocalPort();
        }
        String url = "http://127.0.0.1:" + port + "/whep/x";
        assertThat(run("play", "--url", url)).isEqualTo(1);
        assertThat(err.toString()).startsWith("weir: cannot reach " + url).contains("is the gateway running there?");
    }

    @ParameterizedTest
    @EnumSource(VideoCodec.class)
    void theOfferHasOnlyTheWantedCodecAndAllCandidates(VideoCodec codec) throws Exception {
        StringBuilder offer = new StringBuilder();
        String problem = "{\"title\":\"No common codec\",\"status\":422,\"detail\":\"the stream has H265\"}";
        try (StubEndpoint endpoint = new StubEndpoint((method, body) -> {
            offer.append(body);
            return new Reply(422, "application/problem+json", problem, "");
        })) {
            String url = endpoint.uri("/whip/x").toString();
            assertThat(run("publish", "--url", url, "--codec", codec.name())).isEqualTo(1);
            assertThat(endpoint.requests()).containsExactly("POST /whip/x application/sdp");
            assertThat(err.toString()).isEqualToIgnoringNewLines("weir: " + url + " answered 422: the stream has H265");
        }
        assertThat(offer.toString())
                .contains("a=sendonly", " " + codec.name() + "/90000", "a=candidate:", "opus/48000/2");
        for (VideoCodec other : VideoCodec.values()) {
            if (other != codec) {
                assertThat(offer.toString()).doesNotContain(other.name() + "/90000");
            }
        }
    }

    @Test
    void theMissingPackageIsNamed() {
        Throwable failure = new UnsatisfiedLinkError(
                "/tmp/libwebrtc.so: libpulse.so.0: cannot open shared object file: No such file or directory");
        assertThat(NativeLibrary.explain(failure))
                .contains("install the package libpulse0")
                .doesNotContain("\n");
    }
}
