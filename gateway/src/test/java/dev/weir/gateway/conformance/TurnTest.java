package dev.weir.gateway.conformance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weir.gateway.session.Caller;
import dev.weir.gateway.session.IceServer;
import dev.weir.gateway.session.TurnServers;
import java.io.IOException;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The credentials that we mint, shown to a real coturn (Debian's package), which shares the secret. */
class TurnTest {
    private static final String SECRET = "a secret that coturn knows too";
    private static final String REALM = "weir.example";
    private static final Duration PATIENCE = Duration.ofSeconds(2);

    @SuppressWarnings("NullAway.Init")
    private static Process coturn;

    private static int port;

    @BeforeAll
    static void startCoturn(@TempDir Path folder) throws Exception {
        try (DatagramSocket free = new DatagramSocket(0, InetAddress.getByName("127.0.0.1"))) {
            port = free.getLocalPort();
        }
        Path configuration = folder.resolve("turnserver.conf");
        Files.writeString(
                configuration,
                String.join(
                        "\n",
                        "listening-ip=127.0.0.1",
                        "relay-ip=127.0.0.1",
                        "listening-port=" + port,
                        "realm=" + REALM,
                        "use-auth-secret",
                        "static-auth-secret=" + SECRET,
                        "fingerprint",
                        "no-tls",
                        "no-dtls",
                        "no-cli",
                        "allow-loopback-peers",
                        "min-port=49152",
                        "max-port=49200",
                        "userdb=" + folder.resolve("turndb"),
                        "pidfile=" + folder.resolve("pid"),
                        "log-file=stdout",
                        ""));
        coturn = new ProcessBuilder("turnserver", "-c", configuration.toString())
                .redirectErrorStream(true)
                .redirectOutput(folder.resolve("log").toFile())
                .start();
        awaitAnswer();
    }

    @AfterAll
    static void stopCoturn() throws InterruptedException {
        coturn.destroy();
        if (!coturn.waitFor(5, TimeUnit.SECONDS)) {
            coturn.destroyForcibly();
        }
    }

    private static void awaitAnswer() throws IOException {
        for (int i = 0; i < 50; i++) {
            try (UdpPeer peer = new UdpPeer()) {
                peer.send(new Stun(Stun.BINDING_REQUEST).bytes(), server());
                if (peer.receive(Stun::isStun, Duration.ofMillis(200)).isPresent()) {
                    return;
                }
            }
        }
        throw new AssertionError("coturn does not answer");
    }

    private static InetSocketAddress server() {
        return new InetSocketAddress("127.0.0.1", port);
    }

    /** Asks for an allocation (RFC 8656 section 7); returns 0, or the number of the error. */
    private static int allocate(String username, String credential) throws IOException {
        try (UdpPeer peer = new UdpPeer()) {
            byte[] challenge = ask(peer, allocation());
            assertThat(Stun.errorCode(challenge)).isEqualTo(401);
            String realm = text(challenge, Stun.REALM);
            byte[] answer = ask(
                    peer,
                    allocation()
                            .text(Stun.USERNAME, username)
                            .text(Stun.REALM, realm)
                            .text(Stun.NONCE, text(challenge, Stun.NONCE))
                            .integrity(Stun.longTermKey(username, realm, credential)));
            return Stun.type(answer) == Stun.ALLOCATE_SUCCESS ? 0 : Stun.errorCode(answer);
        }
    }

    private static Stun allocation() {
        return new Stun(Stun.ALLOCATE_REQUEST).raw(Stun.REQUESTED_TRANSPORT, new byte[] {17, 0, 0, 0});
    }

    private static byte[] ask(UdpPeer peer, Stun request) throws IOException {
        byte[] bytes = request.bytes();
        for (int i = 0; i < 5; i++) {
            peer.send(bytes, server());
            Optional<byte[]> answer = peer.receive(Stun::isStun, PATIENCE);
            if (answer.isPresent()) {
                return answer.get();
            }
        }
        throw new AssertionError("coturn does not answer");
    }

    private static String text(byte[] message, int attribute) {
        return new String(Stun.attribute(message, attribute).orElseThrow(), StandardCharsets.UTF_8);
    }

    private static IceServer mint(InstantSource clock, String subject) {
        TurnServers servers =
                TurnServers.withSharedSecret(List.of("turn:127.0.0.1:" + port), SECRET, Duration.ofMinutes(10), clock);
        return servers.serversFor(new Caller(subject, InetAddress.getLoopbackAddress(), Set.of()))
                .get(0);
    }

    @Test
    @Row("T09")
    void t09CoturnTakesAMintedCredential() throws Exception {
        IceServer minted = mint(InstantSource.system(), "alice");

        assertThat(minted.username()).matches("[0-9]{10}:alice");
        assertThat(allocate(minted.username(), minted.credential())).isZero();
    }

    @Test
    @Row("T09")
    void t09CoturnRefusesAnExpiredOrForeignCredential() throws Exception {
        IceServer fresh = mint(InstantSource.system(), "alice");
        IceServer expired = mint(InstantSource.fixed(Instant.now().minus(Duration.ofHours(2))), "alice");
        String later = fresh.username()
                .replaceFirst("[0-9]+", String.valueOf(Instant.now().getEpochSecond() + 86_400));

        assertThat(allocate(expired.username(), expired.credential()))
                .as("expired")
                .isEqualTo(401);
        assertThat(allocate(fresh.username(), expired.credential())).as("wrong").isEqualTo(401);
        assertThat(allocate(later, fresh.credential())).as("prolonged").isEqualTo(401);
    }

    @Test
    @Row({"T09", "W41"})
    void t09W41TheLinkOfA201HoldsACredentialThatCoturnTakes() throws Exception {
        TurnServers servers = TurnServers.withSharedSecret(
                List.of("stun:127.0.0.1:" + port, "turn:127.0.0.1:" + port),
                SECRET,
                Duration.ofMinutes(10),
                InstantSource.system());
        try (IceBed bed = new IceBed(settings -> settings.iceServers(servers))) {
            HttpResponse<String> created = bed.post(
                    "/whip/show", IceBed.offer("sendonly", dev.weir.webrtc.ice.IceCredentials.random(), List.of()));

            List<String> links = created.headers().allValues("link").stream()
                    .filter(link -> link.contains("ice-server"))
                    .toList();
            assertThat(links).hasSize(2);
            assertThat(links.get(0)).startsWith("<stun:").doesNotContain("credential=");
            Matcher turn = Pattern.compile("<turn:[^>]+>.*username=\"([^\"]+)\".*credential=\"([^\"]+)\".*")
                    .matcher(links.get(1));
            assertThat(turn.matches()).as(links.get(1)).isTrue();
            assertThat(allocate(turn.group(1), turn.group(2))).isZero();
        }
    }

    @Test
    void badSettingsAreRefusedByName() {
        List<String> turn = List.of("turn:turn.example.org");
        InstantSource clock = InstantSource.system();

        assertThatThrownBy(() -> TurnServers.withFixedCredentials(turn, "", ""))
                .hasMessageContaining("ice.turn-secret");
        assertThatThrownBy(() -> TurnServers.withFixedCredentials(List.of("http://example.org"), "u", "p"))
                .hasMessageContaining("not a STUN or TURN URI");
        assertThatThrownBy(() -> TurnServers.withSharedSecret(turn, SECRET, Duration.ofHours(2), clock))
                .hasMessageContaining("ice.turn-lifetime");
        assertThat(TurnServers.withSharedSecret(turn, SECRET, Duration.ofHours(1), clock)
                        .toString())
                .doesNotContain(SECRET);
    }
}
