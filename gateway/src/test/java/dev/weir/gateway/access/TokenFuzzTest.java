package dev.weir.gateway.access;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.crypto.ECDSASigner;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.gen.ECKeyGenerator;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import dev.weir.gateway.session.Grant;
import dev.weir.webrtc.address.Cidr;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** No header and no token makes the gateway throw, and none that was not signed is let in. */
class TokenFuzzTest {
    private static final InetAddress ADDRESS = InetAddress.getLoopbackAddress();
    private static final Instant NOW = Instant.parse("2026-11-25T12:00:00Z");
    private static final int ROUNDS = 3_000;

    private static JwtVerifier verifier(Path keys) {
        JwtConfig config = new JwtConfig(keys.toString(), "https://issuer.example", "weir", List.of("ES256"), "weir");
        return new JwtVerifier(config, new OutboundClient(OutboundPolicy.PUBLIC), InstantSource.fixed(NOW));
    }

    /** Real tokens with bits flipped, bytes replaced, parts exchanged: what a regression run can do in a second. */
    @Test
    void mutatedTokensNeverThrowAndAreNeverLetIn(@TempDir Path folder) throws Exception {
        ECKey key = new ECKeyGenerator(Curve.P_256).keyID("one").generate();
        Path keys = folder.resolve("keys.json");
        Files.writeString(keys, new JWKSet(key).toPublicJWKSet().toString());
        JwtVerifier verifier = verifier(keys);
        SignedJWT jwt = new SignedJWT(
                new JWSHeader.Builder(JWSAlgorithm.ES256).keyID("one").build(),
                JWTClaimsSet.parse("{\"iss\":\"https://issuer.example\",\"aud\":\"weir\",\"sub\":\"a\",\"exp\":"
                        + NOW.plusSeconds(60).getEpochSecond() + ",\"weir\":[\"view:*\"]}"));
        jwt.sign(new ECDSASigner(key));
        String good = jwt.serialize();
        assertThat(verifier.verify(good, ADDRESS)).isInstanceOf(Identity.Known.class);

        long seed = 20261125;
        SplittableRandom random = new SplittableRandom(seed);
        for (int round = 0; round < ROUNDS; round++) {
            String mutated = mutate(good, random);
            if (!isSame(mutated, good) && JwtVerifier.looksSigned(mutated)) {
                assertThat(verifier.verify(mutated, ADDRESS))
                        .as("seed %s round %s: %s", seed, round, mutated)
                        .isInstanceOf(Identity.Refused.class);
            }
        }
    }

    /** Half of the changes are made in the decoded part, where the JSON is. */
    private static String mutate(String token, SplittableRandom random) {
        String[] parts = token.split("\\.", -1);
        int part = random.nextInt(3);
        byte[] bytes = random.nextBoolean()
                ? Base64.getUrlDecoder().decode(parts[part])
                : parts[part].getBytes(StandardCharsets.ISO_8859_1);
        boolean decoded = bytes.length != parts[part].length();
        for (int change = random.nextInt(3); change >= 0; change--) {
            int at = random.nextInt(bytes.length);
            bytes[at] = random.nextBoolean() ? (byte) random.nextInt() : (byte) (bytes[at] ^ (1 << random.nextInt(8)));
        }
        parts[part] = decoded
                ? Base64.getUrlEncoder().withoutPadding().encodeToString(bytes)
                : new String(bytes, StandardCharsets.ISO_8859_1);
        return String.join(".", parts);
    }

    /** Base64 has spare bits at the end, so several texts may stand for the same bytes. */
    private static boolean isSame(String mutated, String good) {
        String[] one = mutated.split("\\.", -1);
        String[] other = good.split("\\.", -1);
        for (int i = 0; i < 2; i++) {
            if (i >= one.length || !one[i].equals(other[i])) {
                return false;
            }
        }
        try {
            return one.length == 3
                    && Arrays.equals(
                            Base64.getUrlDecoder().decode(one[2]),
                            Base64.getUrlDecoder().decode(other[2]));
        } catch (IllegalArgumentException e) {
            return false;
        }
    }

    static Stream<Arguments> seeds() {
        return Stream.of(
                        "\0Bearer abc.def-ghi_jkl~+/==",
                        "\0basic dTpw",
                        "\0Bearer \u00e9",
                        "\1eyJhbGciOiJFUzI1NiIsImtpZCI6Im9uZSJ9.eyJpc3MiOiJhIn0.AAAA",
                        "\1eyJhbGciOiJub25lIn0.e30.",
                        "\1eyJhbGciOiJFUzI1NiIsImNyaXQiOlsiYjY0Il0sImI2NCI6ZmFsc2V9..AAAA",
                        "\2publish:studio-*",
                        "\2admin",
                        "\2view:a/b",
                        "\u0003192.0.2.1, ::1, [2001:db8::1]:80, unknown")
                .map(text -> Arguments.of((Object) text.getBytes(StandardCharsets.UTF_8)));
    }

    /** For {@code JAZZER_FUZZ=1}: the first byte chooses whether the rest is a header, a token, a grant or an address. */
    @MethodSource("seeds")
    @FuzzTest(maxDuration = "1m")
    void whateverComesNeverThrows(byte[] input) {
        if (input.length == 0) {
            return;
        }
        String text = new String(input, 1, input.length - 1, StandardCharsets.UTF_8);
        switch (input[0] & 3) {
            case 0 -> {
                try {
                    Optional<String> token = Bearer.parse(List.of(text));
                    assertThat(token).isPresent();
                } catch (MalformedTokenException e) {
                    assertThat(e.getMessage()).isNotBlank();
                }
            }
            case 1 ->
                assertThat(verifier(Path.of("no-such-keys.json")).verify(text, ADDRESS))
                        .isNotInstanceOf(Identity.Known.class);
            case 2 -> {
                try {
                    Grant grant = Grant.parse(text);
                    assertThat(Grant.parse(grant.toString())).isEqualTo(grant);
                } catch (IllegalArgumentException e) {
                    assertThat(e.getMessage()).isNotBlank();
                }
            }
            default ->
                assertThat(new TrustedProxies(List.of(Cidr.parse("127.0.0.0/8"))).client(ADDRESS, text))
                        .isNotNull();
        }
    }
}
