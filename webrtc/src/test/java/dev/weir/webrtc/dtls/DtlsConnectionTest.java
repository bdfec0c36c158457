package dev.weir.webrtc.dtls;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.RejectedExecutionException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DtlsConnectionTest {
    private static final DtlsIdentity IDENTITY = DtlsIdentity.generate();

    private final List<DtlsFailure> failures = new ArrayList<>();
    private final DtlsListener listener = new DtlsListener() {
        @Override
        public void send(ByteBuffer datagram) {}

        @Override
        public void onKeys(DtlsKeys keys) {}

        @Override
        public void onFailure(DtlsFailure failure) {
            failures.add(failure);
        }

        @Override
        public void onPeerClosed() {}
    };

    @Test
    void failsWithAReasonWhenTheHandshakePoolIsFull() {
        DtlsConfig config = new DtlsConfig(
                DtlsRole.CLIENT,
                IDENTITY,
                IDENTITY.fingerprint(),
                List.of(new ProtectionProfile(7, 16, 12)),
                Duration.ofSeconds(1));
        HandshakeExecutor full = task -> {
            throw new RejectedExecutionException();
        };
        DtlsConnection connection = new DtlsConnection(config, full, Runnable::run, listener);

        connection.start();
        connection.start();
        connection.handle(ByteBuffer.allocate(20));

        assertThat(failures)
                .containsExactly(new DtlsFailure(DtlsFailure.Kind.HANDSHAKE, "too many handshakes at a time"));
    }

    @Test
    void aFingerprintIsThatOfTheCertificate() throws Exception {
        byte[] certificate = IDENTITY.chain(new org.bouncycastle.tls.crypto.impl.bc.BcTlsCrypto())
                .getCertificateAt(0)
                .getEncoded();

        assertThat(IDENTITY.fingerprint()).matches("sha-256 ([0-9A-F]{2}:){31}[0-9A-F]{2}");
        assertThat(Fingerprint.matches(IDENTITY.fingerprint(), certificate)).isTrue();
        assertThat(Fingerprint.matches(IDENTITY.fingerprint().toLowerCase(java.util.Locale.ROOT), certificate))
                .isTrue();
        assertThat(Fingerprint.matches(DtlsIdentity.generate().fingerprint(), certificate))
                .isFalse();
    }

    @ParameterizedTest
    @CsvSource({"''", "sha-256", "sha-1 AB:CD", "md5 AB", "sha-256 AB:CD"})
    void noWeakOrBrokenFingerprintMatches(String fingerprint) throws Exception {
        byte[] certificate = IDENTITY.chain(new org.bouncycastle.tls.crypto.impl.bc.BcTlsCrypto())
                .getCertificateAt(0)
                .getEncoded();

        assertThat(Fingerprint.matches(fingerprint, certificate)).isFalse();
    }

    @Test
    void keysAreSplitByRole() {
        byte[] material = new byte[2 * 16 + 2 * 12];
        for (int i = 0; i < material.length; i++) {
            material[i] = (byte) i;
        }
        ProtectionProfile profile = new ProtectionProfile(7, 16, 12);
        DtlsKeys client = new DtlsKeys(profile, DtlsRole.CLIENT, material);
        DtlsKeys server = new DtlsKeys(profile, DtlsRole.SERVER, material);

        assertThat(client.localKey()).startsWith(0).hasSize(16).isEqualTo(server.remoteKey());
        assertThat(client.remoteKey()).startsWith(16).isEqualTo(server.localKey());
        assertThat(client.localSalt()).startsWith(32).hasSize(12).isEqualTo(server.remoteSalt());
        assertThat(client.remoteSalt()).startsWith(44).isEqualTo(server.localSalt());
    }
}
