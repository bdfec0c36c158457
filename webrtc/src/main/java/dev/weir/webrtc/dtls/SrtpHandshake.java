package dev.weir.webrtc.dtls;

import java.io.IOException;
import java.util.Hashtable;
import java.util.Vector;
import org.bouncycastle.tls.AlertDescription;
import org.bouncycastle.tls.Certificate;
import org.bouncycastle.tls.CipherSuite;
import org.bouncycastle.tls.ExporterLabel;
import org.bouncycastle.tls.HashAlgorithm;
import org.bouncycastle.tls.SignatureAlgorithm;
import org.bouncycastle.tls.SignatureAndHashAlgorithm;
import org.bouncycastle.tls.TlsContext;
import org.bouncycastle.tls.TlsCredentialedSigner;
import org.bouncycastle.tls.TlsFatalAlert;
import org.bouncycastle.tls.TlsSRTPUtils;
import org.bouncycastle.tls.UseSRTPData;
import org.bouncycastle.tls.crypto.TlsCryptoParameters;
import org.bouncycastle.tls.crypto.impl.bc.BcDefaultTlsCredentialedSigner;
import org.bouncycastle.tls.crypto.impl.bc.BcTlsCrypto;
import org.jspecify.annotations.Nullable;

/** Holds what both roles of a DTLS-SRTP handshake have in common, and what came of it. */
final class SrtpHandshake {
    /** What every WebRTC stack has (RFC 8827 section 6.5), then what older ones need. */
    static final int[] CIPHER_SUITES = {
        CipherSuite.TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256,
        CipherSuite.TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256,
        CipherSuite.TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384,
        CipherSuite.TLS_ECDHE_ECDSA_WITH_AES_128_CBC_SHA,
    };

    /** First wait before a flight is sent again; doubles. Media paths are far quicker than the second of RFC 6347. */
    static final int RESEND_MILLIS = 100;

    private static final SignatureAndHashAlgorithm ECDSA_SHA256 =
            SignatureAndHashAlgorithm.getInstance(HashAlgorithm.sha256, SignatureAlgorithm.ecdsa);

    private final DtlsConfig config;
    private @Nullable ProtectionProfile profile;
    private @Nullable DtlsKeys keys;
    private @Nullable DtlsFailure failure;
    private boolean certificateVerified;
    private boolean closeNotifyReceived;

    SrtpHandshake(DtlsConfig config) {
        this.config = config;
    }

    int timeoutMillis() {
        return (int) Math.min(Integer.MAX_VALUE, config.handshakeTimeout().toMillis());
    }

    /** Checks the peer's certificate against its SDP (RFC 5763 section 5): its leaf, and there must be one. */
    void verify(@Nullable Certificate chain) throws IOException {
        if (chain == null || chain.isEmpty()) {
            throw fail(
                    DtlsFailure.Kind.FINGERPRINT_MISMATCH,
                    "peer sent no certificate",
                    AlertDescription.bad_certificate);
        }
        byte[] leaf = chain.getCertificateAt(0).getEncoded();
        if (!Fingerprint.matches(config.remoteFingerprint(), leaf)) {
            throw fail(
                    DtlsFailure.Kind.FINGERPRINT_MISMATCH,
                    "peer's certificate has another fingerprint",
                    AlertDescription.bad_certificate);
        }
        certificateVerified = true;
    }

    TlsCredentialedSigner signer(TlsContext context, BcTlsCrypto crypto) throws IOException {
        return new BcDefaultTlsCredentialedSigner(
                new TlsCryptoParameters(context),
                crypto,
                config.identity().privateKey(),
                config.identity().chain(crypto),
                ECDSA_SHA256);
    }

    /** Returns whether the peer can verify our only kind of signature. */
    static boolean acceptsEcdsa(@Nullable Vector<?> algorithms) {
        return algorithms == null || algorithms.contains(ECDSA_SHA256);
    }

    /** Chooses by our preference from what the client offered: clients list the slower profile first. */
    void choose(@Nullable Hashtable<?, ?> clientExtensions) throws IOException {
        UseSRTPData offer = TlsSRTPUtils.getUseSRTPExtension(clientExtensions);
        if (offer != null) {
            for (ProtectionProfile candidate : config.profiles()) {
                for (int id : offer.getProtectionProfiles()) {
                    if (candidate.id() == id) {
                        profile = candidate;
                        return;
                    }
                }
            }
        }
        throw fail(DtlsFailure.Kind.HANDSHAKE, "no common SRTP profile", AlertDescription.handshake_failure);
    }

    /** Reads the server's choice, which must be one of ours (RFC 5764 section 4.1.1). */
    void chosen(@Nullable Hashtable<?, ?> serverExtensions) throws IOException {
        UseSRTPData choice = TlsSRTPUtils.getUseSRTPExtension(serverExtensions);
        if (choice != null && choice.getProtectionProfiles().length == 1) {
            for (ProtectionProfile candidate : config.profiles()) {
                if (candidate.id() == choice.getProtectionProfiles()[0]) {
                    profile = candidate;
                    return;
                }
            }
        }
        throw fail(DtlsFailure.Kind.HANDSHAKE, "no common SRTP profile", AlertDescription.illegal_parameter);
    }

    void offerAll(Hashtable<Integer, byte[]> extensions) throws IOException {
        int[] ids = new int[config.profiles().size()];
        for (int i = 0; i < ids.length; i++) {
            ids[i] = config.profiles().get(i).id();
        }
        TlsSRTPUtils.addUseSRTPExtension(extensions, new UseSRTPData(ids, new byte[0]));
    }

    void answerChosen(Hashtable<Integer, byte[]> extensions) throws IOException {
        if (profile != null) {
            TlsSRTPUtils.addUseSRTPExtension(extensions, new UseSRTPData(new int[] {profile.id()}, new byte[0]));
        }
    }

    /** Exports the keys; both the certificate and the profile must have been settled before. */
    void complete(TlsContext context) throws IOException {
        ProtectionProfile chosen = profile;
        if (!certificateVerified || chosen == null) {
            throw fail(
                    DtlsFailure.Kind.FINGERPRINT_MISMATCH,
                    "peer sent no certificate",
                    AlertDescription.bad_certificate);
        }
        int length = 2 * (chosen.keyLength() + chosen.saltLength());
        keys = new DtlsKeys(chosen, config.role(), context.exportKeyingMaterial(ExporterLabel.dtls_srtp, null, length));
    }

    private TlsFatalAlert fail(DtlsFailure.Kind kind, String detail, short alert) {
        failure = new DtlsFailure(kind, detail);
        return new TlsFatalAlert(alert, detail);
    }

    void alertReceived(short description) {
        if (description == AlertDescription.close_notify) {
            closeNotifyReceived = true;
        } else if (failure == null) {
            failure = new DtlsFailure(
                    DtlsFailure.Kind.HANDSHAKE, "peer sent alert " + AlertDescription.getText(description));
        }
    }

    void alertRaised(short description) {
        if (failure == null && description != AlertDescription.close_notify) {
            failure = new DtlsFailure(
                    DtlsFailure.Kind.HANDSHAKE, "we sent alert " + AlertDescription.getText(description));
        }
    }

    boolean closeNotifyReceived() {
        return closeNotifyReceived;
    }

    @Nullable
    DtlsKeys keys() {
        return keys;
    }

    @Nullable
    DtlsFailure failure() {
        return failure;
    }
}
