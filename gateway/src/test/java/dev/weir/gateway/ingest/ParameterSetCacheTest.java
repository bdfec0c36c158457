package dev.weir.gateway.ingest;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.webrtc.codec.Codec;
import dev.weir.webrtc.sdp.CodecFormat;
import java.nio.ByteBuffer;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Which keyframes are taken for such without parameter sets. */
class ParameterSetCacheTest {
    private static final String SPS = "6742c01e8c";
    private static final String OTHER_SPS = "6742c01f8c";
    private static final String PPS = "68ce3c80";
    private static final String IDR = "6588";
    private static final String SLICE = "419a";
    private static final String H265_SPS = "42010101600000030090000003000003005da00280802d165959a4932b9a";

    private final ParameterSetCache cache = cache(Codec.H264, "");

    private static ParameterSetCache cache(Codec codec, String fmtp) {
        return new ParameterSetCache(codec, new CodecFormat(codec.encodingName(), 90_000, 1, fmtp));
    }

    private static ByteBuffer bytes(String hex) {
        return ByteBuffer.wrap(HexFormat.of().parseHex(hex));
    }

    private static String base64(String hex) {
        return Base64.getEncoder().encodeToString(HexFormat.of().parseHex(hex));
    }

    private List<ByteBuffer> before(String hex, boolean keyframe, long sequence, long timestamp) {
        return cache.before(bytes(hex), keyframe, sequence, timestamp);
    }

    @Test
    void setsInPacketsOfTheirOwnBelongToTheKeyframeOfTheirTime() {
        assertThat(before(SPS, true, 10, 90)).isEmpty();
        assertThat(before(PPS, false, 11, 90)).isEmpty();
        assertThat(before(IDR, true, 12, 90)).isEmpty();
        assertThat(before(SLICE, false, 13, 180)).isEmpty();
        assertThat(before(IDR, true, 14, 270)).containsExactly(bytes(SPS), bytes(PPS));
        assertThat(before("780005" + OTHER_SPS + "0004" + PPS, true, 15, 360))
                .as("STAP-A")
                .isEmpty();
        assertThat(before(IDR, true, 16, 450)).as("the newest").containsExactly(bytes(OTHER_SPS), bytes(PPS));
    }

    @Test
    void wherePacketsAreMissingNewerSetsMayBeOnTheirWay() {
        assertThat(before(SPS, true, 10, 90)).isEmpty();
        assertThat(before(PPS, false, 11, 90)).isEmpty();
        assertThat(before(IDR, true, 12, 90)).isEmpty();
        // 13 and 14, which are repaired later, are SPS and PPS.
        assertThat(before(IDR, true, 15, 180)).isEmpty();
        assertThat(before(OTHER_SPS, true, 13, 180)).isEmpty();
        assertThat(before(PPS, false, 14, 180)).isEmpty();
        assertThat(before(IDR, true, 16, 270)).as("surely without").hasSize(2);
        assertThat(before(IDR, true, 18, 360)).as("as such a publisher does").hasSize(2);
    }

    @Test
    void setsThatAreIncompleteOrTooManyAreNotRepeated() {
        assertThat(before(SPS, true, 10, 90)).isEmpty();
        assertThat(before(IDR, true, 11, 180)).as("no PPS").isEmpty();
        assertThat(before(PPS, false, 12, 270)).isEmpty();
        assertThat(before(IDR, true, 13, 360)).hasSize(2);
        for (int id = 0; id < 16; id++) {
            // pic_parameter_set_id as Exp-Golomb code, then seq_parameter_set_id 0.
            int code = id + 1;
            int width = 2 * (32 - Integer.numberOfLeadingZeros(code)) - 1;
            String bits = HexFormat.of().toHexDigits((short) ((code << (16 - width)) | (1 << (15 - width))));
            assertThat(before("68" + bits + "80", false, 14 + id, 450)).isEmpty();
        }
        assertThat(before(IDR, true, 30, 540)).as("17 sets").isEmpty();
    }

    @Test
    void h265HasThreeKindsOfSets() {
        ParameterSetCache h265 =
                cache(Codec.H265, "sprop-vps=" + base64("40010c01ffff") + ";sprop-sps=" + base64(H265_SPS));
        assertThat(h265.before(bytes("260180"), true, 5, 90)).as("no PPS known").isEmpty();
        assertThat(h265.before(bytes("4401c0f7"), false, 6, 180)).isEmpty();
        assertThat(h265.before(bytes("260180"), true, 7, 180)).hasSize(3);
        assertThat(h265.before(bytes("6001" + "000640010c01ffff" + "001e" + H265_SPS + "00044401c0f7"), true, 8, 270))
                .isEmpty();
        assertThat(h265.before(bytes("260180"), true, 9, 270))
                .as("AP before it")
                .isEmpty();
    }
}
