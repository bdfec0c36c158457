package dev.weir.webrtc.srtp;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.webrtc.srtp.SessionKeys.Label;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Vectors of RFC 3711 appendix B, of RFC 7714 sections 16 and 17 and of RFC 2202, for both sources of ciphers. */
class SrtpVectorsTest {
    private static final byte[] GCM_KEY = hex("000102030405060708090a0b0c0d0e0f");
    private static final byte[] GCM_SALT = hex("517569642070726f2071756f");

    @Test
    void derivesTheKeysOfRfc3711AppendixB3() {
        SessionKeys keys =
                new SessionKeys(hex("E1F97A0D3E018BE0D64FA32C06DE4139"), hex("0EC675AD498AFEEBB6960B3AABE6"));

        assertThat(keys.derive(Label.RTP_ENCRYPTION, 16)).isEqualTo(hex("C61E7A93744F39EE10734AFE3FF7A087"));
        assertThat(keys.derive(Label.RTP_SALT, 14)).isEqualTo(hex("30CBBC08863D8C85D49DB34A9AE1"));
        assertThat(keys.derive(Label.RTP_AUTHENTICATION, 20))
                .isEqualTo(hex("CEBE321F6FF7716B6FD4AB49AF256A156D38BAA4"));
    }

    @ParameterizedTest
    @EnumSource
    void makesTheKeyStreamOfRfc3711AppendixB2(SrtpCiphers ciphers) throws Exception {
        SessionKeys keys = fixed(Map.of(
                Label.RTP_ENCRYPTION, hex("2B7E151628AED2A6ABF7158809CF4F3C"),
                Label.RTP_SALT, hex("F0F1F2F3F4F5F6F7F8F9FAFBFCFD")));
        byte[] packet = new byte[12 + 48 + 10];
        packet[0] = (byte) 0x80;

        new CounterModeTransform(keys, 16, ciphers).sealRtp(packet, 0, 60, 12, 0);

        assertThat(Arrays.copyOfRange(packet, 12, 60))
                .isEqualTo(hex("E03EAD0935C95E80E166B16DD92B4EB4D23513162B02D0F72A43A2FE4A5F97AB"
                        + "41E95B3BB0A2E8DD477901E4FCA894C0"));
    }

    @ParameterizedTest
    @EnumSource
    void sealsAndOpensThePacketOfRfc7714Section16(SrtpCiphers ciphers) throws Exception {
        byte[] plain = hex("8040f17b8041f8d35501a0b247616c6c696120657374206f6d6e697320646976"
                + "69736120696e207061727465732074726573");
        byte[] sealed = hex("8040f17b8041f8d35501a0b2f24de3a3fb34de6cacba861c9d7e4bcabe633bd5"
                + "0d294e6f42a5f47a51c7d19b36de3adf8833899d7f27beb16a9152cf765ee4390cce");
        SessionKeys keys = fixed(Map.of(Label.RTP_ENCRYPTION, GCM_KEY, Label.RTP_SALT, GCM_SALT));
        byte[] packet = Arrays.copyOf(plain, plain.length + 16);

        int length = new GcmTransform(keys, 16, ciphers).sealRtp(packet, 0, plain.length, 12, 0xf17b);

        assertThat(Arrays.copyOf(packet, length)).isEqualTo(sealed);
        int opened = new GcmTransform(keys, 16, ciphers).openRtp(packet, 0, length, 12, 0xf17b);
        assertThat(Arrays.copyOf(packet, opened)).isEqualTo(plain);
    }

    @ParameterizedTest
    @EnumSource
    void sealsAndOpensThePacketOfRfc7714Section17(SrtpCiphers ciphers) throws Exception {
        byte[] plain = hex("81c8000d4d6172734e5450314e545032525450200000042a0000e9304c756e61"
                + "deadbeefdeadbeefdeadbeefdeadbeefdeadbeef");
        byte[] sealed = hex("81c8000d4d61727363e94885dcdab67ca727d7662f6b7e997ff5c0f76c06f32d"
                + "c676a5f1730d6fda4ce09b4686303ded0bb9275bc84aa45896cf4d2fc5abf872"
                + "45d9eade800005d4");
        SessionKeys keys = fixed(Map.of(Label.RTCP_ENCRYPTION, GCM_KEY, Label.RTCP_SALT, GCM_SALT));
        byte[] packet = Arrays.copyOf(plain, plain.length + 20);

        int length = new GcmTransform(keys, 16, ciphers).sealRtcp(packet, 0, plain.length, 0x5d4);

        assertThat(Arrays.copyOf(packet, length)).isEqualTo(sealed);
        int opened = new GcmTransform(keys, 16, ciphers).openRtcp(packet, 0, length);
        assertThat(Arrays.copyOf(packet, opened)).isEqualTo(plain);
    }

    @ParameterizedTest
    @EnumSource
    void hashesAsInRfc2202(SrtpCiphers ciphers) throws Exception {
        byte[] digest = new byte[20];
        byte[] text = "what do ya want for nothing?".getBytes(StandardCharsets.US_ASCII);

        ciphers.mac("Jefe".getBytes(StandardCharsets.US_ASCII)).digest(text, 0, text.length, new byte[0], digest);
        assertThat(digest).isEqualTo(hex("effcdf6ae5eb2fa2d27416d5f184df9c259a7c79"));

        byte[] key = new byte[20];
        Arrays.fill(key, (byte) 0xaa);
        byte[] data = new byte[50];
        Arrays.fill(data, (byte) 0xdd);
        ciphers.mac(key).digest(data, 0, 46, Arrays.copyOf(data, 4), digest);
        assertThat(digest).isEqualTo(hex("125d7342b9ac11cd91a39af48aa17b4f63f175d3"));
    }

    /** Gives the session keys of a vector instead of derived ones. */
    private static SessionKeys fixed(Map<Label, byte[]> keys) {
        return new SessionKeys(new byte[16], new byte[14]) {
            @Override
            byte[] derive(Label label, int length) {
                return keys.getOrDefault(label, new byte[length]);
            }
        };
    }

    private static byte[] hex(String text) {
        return HexFormat.of().parseHex(text);
    }
}
