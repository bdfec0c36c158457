package dev.weir.webrtc.sdp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.fail;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

class BrokenOffersTest {

    /** Each row breaks Chromium's WHIP offer: what is searched (a regular expression), and what stands there instead. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "v=0| v=2",
                "v=0| '<html>'",
                "o=.*\\r\\n| ''",
                "s=-\\r\\n| ''",
                "t=0 0\\r\\n| ''",
                "m=audio \\d+| m=audio",
                "m=audio \\d+| m=audio 70000",
                "m=audio \\d+| m=audio -1",
                "SAVPF 111| SAVPF 111 128",
                "SAVPF 111| SAVPF opus",
                "a=mid:1| a=mid:0",
                "BUNDLE 0 1| BUNDLE 0 1 7",
                "a=ice-ufrag:\\S+| a=ice-ufrag:x",
                "a=ice-ufrag:\\S+| a=ice-ufrag:a:bcd",
                "a=ice-ufrag:\\S+\\r\\n| ''",
                "a=ice-pwd:\\S+| a=ice-pwd:short",
                "a=ice-pwd:\\S+\\r\\n| ''",
                "a=fingerprint:.*\\r\\n| ''",
                "a=fingerprint:sha-256 ..| a=fingerprint:sha-256 ZZ",
                "a=fingerprint:sha-256 ..:| a=fingerprint:sha-256 ",
                "a=fingerprint:sha-256| a=fingerprint:md5",
                "a=setup:actpass| a=setup:holdconn",
                "a=setup:actpass| a=setup:banana",
                "a=rtpmap:111 opus/48000/2| a=rtpmap:111",
                "a=rtpmap:111 opus/48000/2| a=rtpmap:111 opus",
                "a=rtpmap:111 opus/48000/2| a=rtpmap:111 opus/fast/2",
                "a=rtpmap:111 opus/48000/2| a=rtpmap:999 opus/48000/2",
                "a=fmtp:111| a=fmtp:x",
                "a=rtcp-fb:111 transport-cc| a=rtcp-fb:111",
                "a=extmap:1 | a=extmap:one ",
                "a=extmap:1 .*| a=extmap:1",
                "a=ssrc:\\d+| a=ssrc:99999999999",
                "a=ssrc-group:FID \\d+| a=ssrc-group:FID -1",
                "a=candidate:.*| a=candidate:none",
                "a=mid:1| a=mid:1\\r\\na=simulcast:send l;m",
                "a=mid:1| a=mid:1\\r\\na=rid:../x send\\r\\na=simulcast:send ../x",
            })
    void endInACleanRefusal_W05(String search, String replacement) {
        String text = Offers.text("chromium-156-whip-full");
        String broken = text.replaceFirst(unescape(search), unescape(replacement));
        assertThat(broken).isNotEqualTo(text);

        assertThatThrownBy(() -> PublisherAnswer.negotiate(SessionDescription.parse(broken), Offers.LOCAL))
                .isInstanceOf(SdpException.class)
                .satisfies(e -> assertThat(e.getMessage()).isNotBlank());
    }

    @ParameterizedTest
    @MethodSource("dev.weir.webrtc.sdp.Offers#all")
    void neverThrowAnythingElseWhateverIsMutated(String name) {
        long seed = 0x5EEDL + name.hashCode();
        SplittableRandom random = new SplittableRandom(seed);
        String text = Offers.text(name);
        for (int round = 0; round < 150; round++) {
            String mutated = text;
            for (int i = random.nextInt(1, 6); i > 0; i--) {
                mutated = mutate(mutated, random);
            }
            negotiateBothWays(mutated, name + " seed " + seed + " round " + round);
        }
    }

    @Test
    void neverThrowAnythingElseOnNoise() {
        SplittableRandom random = new SplittableRandom(20261125);
        for (int round = 0; round < 1_000; round++) {
            StringBuilder noise =
                    new StringBuilder(round % 2 == 0 ? "v=0\r\no=- 1 1 IN IP4 0\r\ns=-\r\nt=0 0\r\n" : "");
            for (int i = random.nextInt(200); i > 0; i--) {
                noise.append((char) random.nextInt(random.nextInt(10) == 0 ? 0x10000 : 128));
            }
            negotiateBothWays(noise.toString(), "noise round " + round);
        }
    }

    private static void negotiateBothWays(String text, String where) {
        try {
            Negotiations.bothWays(text);
        } catch (SdpException | RuntimeException e) {
            fail(where, e);
        }
        try {
            TrickleFragment.parse(text);
        } catch (SdpException expected) {
            assertThat(expected.getMessage()).isNotBlank();
        } catch (RuntimeException e) {
            fail(where, e);
        }
    }

    private static String mutate(String text, SplittableRandom random) {
        List<String> lines = new ArrayList<>(Arrays.asList(text.split("\r?\n", -1)));
        int at = random.nextInt(lines.size());
        String line = lines.get(at);
        switch (random.nextInt(7)) {
            case 0 -> lines.remove(at);
            case 1 -> lines.add(random.nextInt(lines.size()), line);
            case 2 -> lines.set(at, line.substring(0, random.nextInt(line.length() + 1)));
            case 3 -> lines.set(at, line.replaceFirst("[0-9]+", String.valueOf(random.nextLong())));
            case 4 -> lines.set(at, line.replace(' ', ':'));
            case 5 -> lines.set(at, line + " " + lines.get(random.nextInt(lines.size())));
            default -> {
                StringBuilder changed = new StringBuilder(line);
                if (changed.length() > 0) {
                    changed.setCharAt(random.nextInt(changed.length()), (char) random.nextInt(256));
                }
                lines.set(at, changed.toString());
            }
        }
        return String.join("\r\n", lines);
    }

    private static String unescape(String text) {
        return text.replace("\\r\\n", "\r\n").replace("\\n", "\n");
    }
}
