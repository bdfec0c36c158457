package dev.weir.standalone.endtoend;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.MessageDigest;
import java.security.Signature;
import java.security.interfaces.ECPublicKey;
import java.security.spec.ECGenParameterSpec;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** What the pages tell a person without a token, or with one that is wrong, has expired or is for something else. */
@ExtendWith(SharedTestBed.class)
@Timeout(120)
class TokenPagesIT {
    private static final Duration PATIENCE = Duration.ofSeconds(20);
    private static final String GOOD = "a-token-that-is-good";

    private static String base64(byte[] bytes) {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    }

    private static String coordinate(BigInteger value) {
        byte[] bytes = new byte[32];
        byte[] minimal = value.toByteArray();
        int length = Math.min(32, minimal.length);
        System.arraycopy(minimal, minimal.length - length, bytes, 32 - length, length);
        return base64(bytes);
    }

    /** Writes the key set and returns a token of it that ended an hour ago. */
    private static String expired(Path keys) throws Exception {
        KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
        generator.initialize(new ECGenParameterSpec("secp256r1"));
        KeyPair pair = generator.generateKeyPair();
        ECPublicKey key = (ECPublicKey) pair.getPublic();
        Files.writeString(
                keys,
                "{\"keys\":[{\"kty\":\"EC\",\"crv\":\"P-256\",\"kid\":\"1\",\"x\":\""
                        + coordinate(key.getW().getAffineX()) + "\",\"y\":\""
                        + coordinate(key.getW().getAffineY()) + "\"}]}");
        String header = base64("{\"alg\":\"ES256\",\"kid\":\"1\"}".getBytes(StandardCharsets.UTF_8));
        long ended = Instant.now().minusSeconds(3600).getEpochSecond();
        String claims = "{\"iss\":\"https://issuer.example\",\"aud\":\"weir\",\"sub\":\"a\",\"exp\":" + ended
                + ",\"weir\":[\"view:*\"]}";
        String signed = header + "." + base64(claims.getBytes(StandardCharsets.UTF_8));
        Signature signature = Signature.getInstance("SHA256withECDSAinP1363Format");
        signature.initSign(pair.getPrivate());
        signature.update(signed.getBytes(StandardCharsets.US_ASCII));
        return signed + "." + base64(signature.sign());
    }

    private static String sha256(String token) throws Exception {
        return HexFormat.of()
                .formatHex(MessageDigest.getInstance("SHA-256").digest(token.getBytes(StandardCharsets.UTF_8)));
    }

    private static void awaitText(Page page, String text) throws Exception {
        page.awaitTrue(
                "(document.querySelector('#token-form label')?.innerText ?? '').includes("
                        + DevTools.JSON.writeValueAsString(text) + ")",
                PATIENCE);
    }

    private static void enter(Page page, String token) throws Exception {
        page.evaluate("document.querySelector('#token-form input').value = '" + token + "';"
                + "document.querySelector('#token-form button').click()");
    }

    @Test
    void aPersonIsToldWhatIsWrongWithTheTokenAndMayEnterAnother(TestBed bed, @TempDir Path folder) throws Exception {
        Path keys = folder.resolve("keys.json");
        String ended = expired(keys);
        Path pictures = bed.folder().resolve("pictures");
        try (WeirProcess weir = WeirProcess.gateway(
                folder,
                "auth.tokens=studio " + sha256(GOOD) + " publish:show view:show",
                "auth.jwt-keys=" + keys,
                "auth.jwt-issuer=https://issuer.example")) {
            try (Page publish = bed.browser().open(weir.uri("/publish/other"))) {
                publish.evaluate("document.getElementById('start').click()");
                awaitText(publish, "You need a token to publish “other”. Whoever runs this gateway can give you one.");
                publish.screenshot(pictures.resolve("token-publish-none.png"));
                enter(publish, "no-such-token");
                awaitText(publish, "The token is not known here. Enter another one");
                enter(publish, GOOD);
                awaitText(publish, "Your token does not let you publish “other”.");
                publish.screenshot(pictures.resolve("token-publish-other.png"));
                publish.evaluate("document.getElementById('stream').value = 'show'");
                enter(publish, GOOD);
                publish.awaitTrue("window.weir.state === 'live' && window.weir.framesEncoded > 10", PATIENCE);

                try (Page play = bed.browser().open(weir.uri("/play/show#token=" + ended))) {
                    awaitText(play, "The token has expired. Enter another one");
                    assertThat(play.evaluate("location.hash").asText()).isEmpty();
                    play.screenshot(pictures.resolve("token-play-expired.png"));
                    enter(play, GOOD);
                    play.awaitTrue("window.weir.state === 'playing' && window.weir.framesDecoded > 10", PATIENCE);
                }
                try (Page play = bed.browser().open(weir.uri("/play/show"))) {
                    awaitText(play, "You need a token to watch “show”.");
                }
            }
        }
    }
}
