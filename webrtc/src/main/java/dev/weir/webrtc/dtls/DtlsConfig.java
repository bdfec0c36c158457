package dev.weir.webrtc.dtls;

import java.time.Duration;
import java.util.List;

/**
 * Holds what a {@link DtlsConnection} must know.
 *
 * @param remoteFingerprint value of the peer's {@code a=fingerprint}
 * @param profiles SRTP profiles that we offer or accept, preferred first
 * @param handshakeTimeout time after which a handshake fails
 */
public record DtlsConfig(
        DtlsRole role,
        DtlsIdentity identity,
        String remoteFingerprint,
        List<ProtectionProfile> profiles,
        Duration handshakeTimeout) {
    public DtlsConfig {
        profiles = List.copyOf(profiles);
        if (profiles.isEmpty()) {
            throw new IllegalArgumentException("profiles must not be empty");
        }
        if (handshakeTimeout.toMillis() < 1) {
            throw new IllegalArgumentException("handshakeTimeout must be positive: " + handshakeTimeout);
        }
    }
}
