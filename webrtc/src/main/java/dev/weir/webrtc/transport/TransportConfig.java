package dev.weir.webrtc.transport;

import dev.weir.webrtc.dtls.DtlsIdentity;
import dev.weir.webrtc.dtls.DtlsRole;
import dev.weir.webrtc.dtls.HandshakeExecutor;
import dev.weir.webrtc.ice.CheckLimit;
import dev.weir.webrtc.ice.IceCredentials;
import dev.weir.webrtc.ice.IceRole;
import dev.weir.webrtc.srtp.SrtpProfile;
import java.time.Duration;
import java.util.List;

/**
 * Holds what a {@link PeerTransport} must know about both sides.
 *
 * @param remoteFingerprint value of the peer's {@code a=fingerprint}, such as {@code sha-256 AB:CD:…}
 * @param srtpProfiles what we offer or accept, preferred first
 * @param handshakeExecutor runs DTLS handshakes, which block; {@code EventLoop.handshakeExecutor()}
 * @param consentTimeout silence (no authenticated check, or none answered) after which the transport closes
 * @param connectTimeout time from attaching to CONNECTED after which it closes
 * @param checkLimit what a full ICE agent may send to those who have not answered
 */
public record TransportConfig(
        IceRole iceRole,
        IceCredentials local,
        IceCredentials remote,
        DtlsRole dtlsRole,
        DtlsIdentity identity,
        String remoteFingerprint,
        List<SrtpProfile> srtpProfiles,
        HandshakeExecutor handshakeExecutor,
        Duration consentTimeout,
        Duration connectTimeout,
        CheckLimit checkLimit) {
    public TransportConfig {
        srtpProfiles = List.copyOf(srtpProfiles);
        if (srtpProfiles.isEmpty()) {
            throw new IllegalArgumentException("srtpProfiles must not be empty");
        }
        if (consentTimeout.isNegative() || consentTimeout.isZero()) {
            throw new IllegalArgumentException("consentTimeout must be positive: " + consentTimeout);
        }
        if (connectTimeout.isNegative() || connectTimeout.isZero()) {
            throw new IllegalArgumentException("connectTimeout must be positive: " + connectTimeout);
        }
    }

    /** Fills in the usual: both profiles with GCM first, 30 s of consent, 30 s to connect. */
    public static TransportConfig of(
            IceRole iceRole,
            IceCredentials local,
            IceCredentials remote,
            DtlsRole dtlsRole,
            DtlsIdentity identity,
            String remoteFingerprint,
            HandshakeExecutor handshakeExecutor) {
        return new TransportConfig(
                iceRole,
                local,
                remote,
                dtlsRole,
                identity,
                remoteFingerprint,
                List.of(SrtpProfile.values()),
                handshakeExecutor,
                Duration.ofSeconds(30),
                Duration.ofSeconds(30),
                CheckLimit.NONE);
    }

    /** Returns a copy with another order or choice of profiles. */
    public TransportConfig withSrtpProfiles(List<SrtpProfile> profiles) {
        return new TransportConfig(
                iceRole,
                local,
                remote,
                dtlsRole,
                identity,
                remoteFingerprint,
                profiles,
                handshakeExecutor,
                consentTimeout,
                connectTimeout,
                checkLimit);
    }

    /** Returns a copy with other timeouts. */
    public TransportConfig withTimeouts(Duration consent, Duration connect) {
        return new TransportConfig(
                iceRole,
                local,
                remote,
                dtlsRole,
                identity,
                remoteFingerprint,
                srtpProfiles,
                handshakeExecutor,
                consent,
                connect,
                checkLimit);
    }

    /** Returns a copy whose full ICE agent is held back towards addresses that have not answered: for a server. */
    public TransportConfig withCheckLimit(CheckLimit limit) {
        return new TransportConfig(
                iceRole,
                local,
                remote,
                dtlsRole,
                identity,
                remoteFingerprint,
                srtpProfiles,
                handshakeExecutor,
                consentTimeout,
                connectTimeout,
                limit);
    }
}
