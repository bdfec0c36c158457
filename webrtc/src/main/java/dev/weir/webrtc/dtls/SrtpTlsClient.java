package dev.weir.webrtc.dtls;

import java.io.IOException;
import java.util.Hashtable;
import org.bouncycastle.tls.CertificateRequest;
import org.bouncycastle.tls.DefaultTlsClient;
import org.bouncycastle.tls.ProtocolVersion;
import org.bouncycastle.tls.TlsAuthentication;
import org.bouncycastle.tls.TlsCredentials;
import org.bouncycastle.tls.TlsServerCertificate;
import org.bouncycastle.tls.TlsUtils;
import org.bouncycastle.tls.crypto.impl.bc.BcTlsCrypto;
import org.jspecify.annotations.Nullable;

/** Sends a ClientHello: DTLS 1.2, {@code use_srtp}, and our certificate when asked. */
final class SrtpTlsClient extends DefaultTlsClient {
    private final BcTlsCrypto crypto;
    private final SrtpHandshake handshake;

    SrtpTlsClient(BcTlsCrypto crypto, SrtpHandshake handshake) {
        super(crypto);
        this.crypto = crypto;
        this.handshake = handshake;
    }

    @Override
    protected ProtocolVersion[] getSupportedVersions() {
        return ProtocolVersion.DTLSv12.only();
    }

    @Override
    protected int[] getSupportedCipherSuites() {
        return TlsUtils.getSupportedCipherSuites(crypto, SrtpHandshake.CIPHER_SUITES);
    }

    @Override
    @SuppressWarnings({"rawtypes", "unchecked"}) // raw in BouncyCastle
    public Hashtable getClientExtensions() throws IOException {
        Hashtable extensions = super.getClientExtensions();
        if (extensions == null) {
            extensions = new Hashtable<Integer, byte[]>();
        }
        handshake.offerAll(extensions);
        return extensions;
    }

    @Override
    @SuppressWarnings({"rawtypes", "unchecked"})
    public void processServerExtensions(@Nullable Hashtable extensions) throws IOException {
        super.processServerExtensions(extensions);
        handshake.chosen(extensions);
    }

    @Override
    public TlsAuthentication getAuthentication() {
        return new TlsAuthentication() {
            @Override
            public void notifyServerCertificate(TlsServerCertificate certificate) throws IOException {
                handshake.verify(certificate.getCertificate());
            }

            @Override
            public @Nullable TlsCredentials getClientCredentials(CertificateRequest request) throws IOException {
                return SrtpHandshake.acceptsEcdsa(request.getSupportedSignatureAlgorithms())
                        ? handshake.signer(context, crypto)
                        : null;
            }
        };
    }

    @Override
    public void notifyHandshakeComplete() throws IOException {
        super.notifyHandshakeComplete();
        handshake.complete(context);
    }

    @Override
    public void notifyAlertReceived(short level, short description) {
        handshake.alertReceived(description);
    }

    @Override
    public void notifyAlertRaised(short level, short description, @Nullable String message, @Nullable Throwable cause) {
        handshake.alertRaised(description);
    }

    @Override
    public boolean requiresExtendedMasterSecret() {
        return true;
    }

    @Override
    public boolean shouldCheckSigAlgOfPeerCerts() {
        // The certificate is self-signed and known by its fingerprint: its own signature proves nothing.
        return false;
    }

    @Override
    public int getHandshakeTimeoutMillis() {
        return handshake.timeoutMillis();
    }

    @Override
    public int getHandshakeResendTimeMillis() {
        return SrtpHandshake.RESEND_MILLIS;
    }
}
