package dev.weir.gateway.security;

import static dev.weir.gateway.security.SecuredGateway.header;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.nimbusds.jose.JOSEObjectType;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.JWSSigner;
import com.nimbusds.jose.crypto.ECDSASigner;
import com.nimbusds.jose.crypto.MACSigner;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.gen.ECKeyGenerator;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.PlainJWT;
import com.nimbusds.jwt.SignedJWT;
import dev.weir.gateway.access.AccessConfig;
import dev.weir.gateway.access.JwtConfig;
import dev.weir.gateway.access.OutboundPolicy;
import dev.weir.webrtc.address.Cidr;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.Date;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Signed tokens: what is accepted, and what every known trick gets. */
class JwtTest {
    private static final String ISSUER = "https://issuer.example";
    private static final OutboundPolicy LOOPBACK = new OutboundPolicy(List.of(Cidr.parse("127.0.0.0/8")));

    private static ECKey key;

    @TempDir
    private Path folder;

    @BeforeAll
    static void makeKey() throws Exception {
        key = newKey("one");
    }

    private static ECKey newKey(String id) throws Exception {
        return new ECKeyGenerator(Curve.P_256).keyID(id).generate();
    }

    private static AccessConfig accepting(String keys, OutboundPolicy outbound) {
        JwtConfig jwt = new JwtConfig(keys, ISSUER, "weir", List.of("ES256"), "weir");
        return new AccessConfig(List.of(), Optional.of(jwt), Optional.empty(), Set.of(), false, outbound);
    }

    private Path keyFile(ECKey... keys) throws Exception {
        Path file = folder.resolve("keys.json");
        Path fresh = folder.resolve("fresh.json");
        Files.writeString(fresh, new JWKSet(List.of(keys)).toPublicJWKSet().toString());
        return Files.move(fresh, file, StandardCopyOption.REPLACE_EXISTING);
    }

    private static JWTClaimsSet.Builder claims() {
        return new JWTClaimsSet.Builder()
                .issuer(ISSUER)
                .audience("weir")
                .subject("alice")
                .expirationTime(Date.from(Instant.now().plus(Duration.ofMinutes(5))))
                .claim("weir", List.of("publish:show", "view:*"));
    }

    private static String sign(JWTClaimsSet.Builder claims, ECKey with) throws Exception {
        JWSHeader header = new JWSHeader.Builder(JWSAlgorithm.ES256)
                .type(JOSEObjectType.JWT)
                .keyID(with.getKeyID())
                .build();
        return sign(header, claims, new ECDSASigner(with));
    }

    private static String sign(JWSHeader header, JWTClaimsSet.Builder claims, JWSSigner signer) throws Exception {
        SignedJWT jwt = new SignedJWT(header, claims.build());
        jwt.sign(signer);
        return jwt.serialize();
    }

    @Test
    void aGoodTokenGrantsWhatItsClaimNames() throws Exception {
        try (SecuredGateway gateway =
                SecuredGateway.start(accepting(keyFile(key).toString(), LOOPBACK))) {
            String token = sign(claims(), key);
            HttpResponse<String> made = gateway.send("POST", "/whip/show", token);

            assertThat(made.statusCode()).isEqualTo(201);
            assertThat(gateway.status("POST", "/whip/other", token)).isEqualTo(403);
            assertThat(gateway.status("POST", "/whep/other", token)).isEqualTo(409);
            assertThat(gateway.status("GET", "/streams", token)).isEqualTo(403);
            // Another token of the same subject goes on with the session.
            String renewed = sign(claims().jwtID("2"), key);
            assertThat(gateway.status("DELETE", header(made, "location"), renewed))
                    .isEqualTo(200);
            String words = sign(claims().claim("weir", "openid publish:a list:*"), key);
            assertThat(gateway.status("GET", "/streams", words)).isEqualTo(200);
        }
    }

    @Test
    void whatIsNotRightInAnyWayGets401() throws Exception {
        ECKey stranger = newKey("one");
        byte[] publicKey = key.toECPublicKey().getEncoded();
        Instant now = Instant.now();
        List<String> bad = List.of(
                sign(claims(), stranger),
                sign(claims().issuer("https://elsewhere.example"), key),
                sign(claims().issuer(null), key),
                sign(claims().audience("other"), key),
                sign(claims().audience((String) null), key),
                sign(claims().expirationTime(Date.from(now.minus(Duration.ofMinutes(5)))), key),
                sign(claims().expirationTime(null), key),
                sign(claims().notBeforeTime(Date.from(now.plus(Duration.ofMinutes(5)))), key),
                sign(claims().subject("line\nbreak"), key),
                new PlainJWT(claims().build()).serialize(),
                // The public key as the secret of a MAC (RFC 8725 section 2.1).
                sign(new JWSHeader(JWSAlgorithm.HS256), claims(), new MACSigner(publicKey)),
                sign(
                        new JWSHeader.Builder(JWSAlgorithm.ES256)
                                .type(new JOSEObjectType("logout+jwt"))
                                .keyID("one")
                                .build(),
                        claims(),
                        new ECDSASigner(key)),
                sign(
                        new JWSHeader.Builder(JWSAlgorithm.ES256)
                                .keyID("one")
                                .jwk(stranger.toPublicJWK())
                                .build(),
                        claims(),
                        new ECDSASigner(stranger)),
                sign(claims(), key).replaceFirst("\\.[^.]+$", "." + encode(new byte[64])),
                encode("{\"alg\":\"ES256\"}".getBytes(StandardCharsets.UTF_8)) + ".e30.AAAA",
                "a.b.c");
        try (SecuredGateway gateway =
                SecuredGateway.start(accepting(keyFile(key).toString(), LOOPBACK))) {
            for (int i = 0; i < bad.size(); i++) {
                HttpResponse<String> response = gateway.send("POST", "/whip/show", bad.get(i));
                assertThat(response.statusCode()).as("token %s", i).isEqualTo(401);
                assertThat(header(response, "www-authenticate")).contains("invalid_token");
                assertThat(response.body()).doesNotContain("Exception");
            }
            assertThat(gateway.server.sessions().size()).isZero();
        }
    }

    private static String encode(byte[] bytes) {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    }

    @Test
    void keysInAFileRotateWithoutARestart() throws Exception {
        ECKey next = newKey("two");
        try (SecuredGateway gateway =
                SecuredGateway.start(accepting(keyFile(key).toString(), LOOPBACK))) {
            assertThat(gateway.status("POST", "/whip/show", sign(claims(), key)))
                    .isEqualTo(201);
            assertThat(gateway.status("POST", "/whep/quiet", sign(claims(), next)))
                    .isEqualTo(401);

            keyFile(next);

            Awaitility.await()
                    .atMost(Duration.ofSeconds(10))
                    .until(() -> gateway.status("POST", "/whep/quiet", sign(claims(), next)) == 409);
            assertThat(gateway.status("POST", "/whep/quiet", sign(claims(), key)))
                    .isEqualTo(401);
        }
    }

    @Test
    void keysFromAnAddressAreFetchedOnceAndAgainForAnUnknownKeyButNotForEveryOne() throws Exception {
        ECKey next = newKey("two");
        try (SmallService issuer = new SmallService();
                SecuredGateway gateway = SecuredGateway.start(accepting(issuer.url(), LOOPBACK))) {
            issuer.answer(200, new JWKSet(key).toPublicJWKSet().toString());
            for (int i = 0; i < 5; i++) {
                assertThat(gateway.status("POST", "/whep/show", sign(claims(), key)))
                        .isEqualTo(409);
            }
            assertThat(issuer.requests()).isEqualTo(1);

            issuer.answer(200, new JWKSet(List.of(key, next)).toPublicJWKSet().toString());
            assertThat(gateway.status("POST", "/whep/show", sign(claims(), next)))
                    .isEqualTo(409);
            assertThat(issuer.requests()).isEqualTo(2);

            for (int i = 0; i < 20; i++) {
                assertThat(gateway.status("POST", "/whep/show", sign(claims(), newKey("x" + i))))
                        .isEqualTo(401);
            }
            assertThat(issuer.requests()).isLessThanOrEqualTo(3);
        }
    }

    @Test
    void withoutKeysNobodyComesIn() throws Exception {
        try (SmallService issuer = new SmallService();
                SecuredGateway gateway = SecuredGateway.start(accepting(issuer.url(), LOOPBACK))) {
            issuer.answer(500, "");
            HttpResponse<String> response = gateway.send("POST", "/whip/show", sign(claims(), key));

            assertThat(response.statusCode()).isEqualTo(503);
            assertThat(header(response, "retry-after")).matches("[1-9][0-9]*");
        }
    }

    @Test
    void algorithmsWithASharedSecretCannotBeConfigured() {
        assertThatThrownBy(() -> new JwtConfig("keys.json", ISSUER, "weir", List.of("HS256"), "weir"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("auth.jwt-algorithms");
        assertThatThrownBy(() -> new JwtConfig("keys.json", "", "weir", List.of("ES256"), "weir"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("auth.jwt-issuer");
    }
}
