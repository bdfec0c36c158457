package dev.weir.gateway.tls;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.Date;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Every form in which people have certificates and keys, and the one that is made here. */
class TlsContextTest {
    private static final Path FILES = Path.of("src/test/resources/tls");

    @TempDir
    private Path folder;

    private static TlsConfig.Files files(Path certificate, String key, String password) {
        Optional<Path> keyFile = key.isEmpty() ? Optional.empty() : Optional.of(FILES.resolve(key));
        return new TlsConfig.Files(certificate, keyFile, password);
    }

    @ParameterizedTest
    @CsvSource({
        "ec-sec1.crt, ec-sec1.pem, '', CN=ec-sec1",
        "ec-sec1.crt, ec-pkcs8.pem, '', CN=ec-sec1",
        "rsa-pkcs1.crt, rsa-pkcs1.pem, '', CN=rsa-pkcs1",
        "ed25519.crt, ed25519.pem, '', CN=ed25519",
        "rsa.p12, '', changeit, CN=rsa-pkcs1",
    })
    void readsTheUsualForms(String certificate, String key, String password, String subject) throws Exception {
        TlsContext context = TlsContext.of(files(FILES.resolve(certificate), key, password));

        assertThat(context.certificate().getSubjectX500Principal().getName()).isEqualTo(subject);
    }

    @Test
    void readsKeyAndChainFromOneFile() throws Exception {
        Path both = folder.resolve("both.pem");
        Files.writeString(
                both,
                Files.readString(FILES.resolve("ec-sec1.pem"))
                        + Files.readString(FILES.resolve("ec-sec1.crt"))
                        + Files.readString(FILES.resolve("rsa-pkcs1.crt")));

        assertThat(TlsContext.of(files(both, "", ""))
                        .certificate()
                        .getSubjectX500Principal()
                        .getName())
                .isEqualTo("CN=ec-sec1");
    }

    @ParameterizedTest
    @CsvSource({
        "ec-sec1.crt, rsa-pkcs1.pem, '', does not belong",
        "ec-sec1.crt, ec-encrypted.pem, '', encrypted",
        "ec-sec1.crt, ec-sec1.crt, '', no private key",
        "ec-sec1.pem, ec-sec1.pem, '', no certificate",
        "rsa.p12, '', wrong, rsa.p12",
        "none.crt, none.pem, '', none.crt",
    })
    void saysWhatIsWrongWithWhichFile(String certificate, String key, String password, String message) {
        assertThatThrownBy(() -> TlsContext.of(files(FILES.resolve(certificate), key, password)))
                .isInstanceOf(IOException.class)
                .hasMessageContaining(message);
    }

    @Test
    void theDevelopmentCertificateIsAGoodOne() throws Exception {
        List<InetAddress> addresses = List.of(InetAddress.getByName("127.0.0.1"), InetAddress.getByName("2001:db8::7"));
        Instant now = Instant.now();

        X509Certificate certificate = SelfSigned.make(addresses, now).certificate();

        certificate.verify(certificate.getPublicKey());
        certificate.checkValidity(Date.from(now));
        assertThat(certificate.getVersion()).isEqualTo(3);
        assertThat(certificate.getSigAlgName()).isEqualTo("SHA256withECDSA");
        assertThat(certificate.getPublicKey().getAlgorithm()).isEqualTo("EC");
        assertThat(certificate.getBasicConstraints()).isEqualTo(-1);
        assertThat(certificate.getExtendedKeyUsage()).containsExactly("1.3.6.1.5.5.7.3.1");
        assertThat(certificate.getSerialNumber().bitLength()).isBetween(120, 128);
        assertThat(certificate.getNotAfter()).isBefore(Date.from(now.plus(Duration.ofDays(100))));
        Collection<List<?>> names = certificate.getSubjectAlternativeNames();
        assertThat(names.stream().map(name -> String.valueOf(name.get(1))))
                .containsExactly("localhost", "127.0.0.1", "2001:db8:0:0:0:0:0:7");
    }
}
