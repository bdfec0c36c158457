package dev.weir.webrtc.transport;

import dev.weir.webrtc.dtls.DtlsIdentity;
import dev.weir.webrtc.dtls.DtlsRole;
import dev.weir.webrtc.dtls.HandshakeExecutor;
import dev.weir.webrtc.ice.IceCredentials;
import dev.weir.webrtc.ice.IceRole;
import dev.weir.webrtc.srtp.SrtpProfile;
import java.util.List;

/** Describes a server and a client that know each other, as after an exchange of SDP. Identities may be shared by tests. */
public final class TransportPair {
    private final DtlsIdentity serverIdentity;
    private final DtlsIdentity clientIdentity;
    private final IceCredentials serverIce = IceCredentials.random();
    private final IceCredentials clientIce = IceCredentials.random();

    public TransportPair(DtlsIdentity serverIdentity, DtlsIdentity clientIdentity) {
        this.serverIdentity = serverIdentity;
        this.clientIdentity = clientIdentity;
    }

    public String serverUfrag() {
        return serverIce.ufrag();
    }

    public IceCredentials serverIce() {
        return serverIce;
    }

    public IceCredentials clientIce() {
        return clientIce;
    }

    public TransportConfig server(DtlsRole role, HandshakeExecutor executor) {
        return TransportConfig.of(
                IceRole.LITE, serverIce, clientIce, role, serverIdentity, clientIdentity.fingerprint(), executor);
    }

    public TransportConfig client(DtlsRole serverRole, HandshakeExecutor executor) {
        DtlsRole role = serverRole == DtlsRole.SERVER ? DtlsRole.CLIENT : DtlsRole.SERVER;
        return TransportConfig.of(
                IceRole.CONTROLLING,
                clientIce,
                serverIce,
                role,
                clientIdentity,
                serverIdentity.fingerprint(),
                executor);
    }

    /** Returns {@code config} with one profile only. */
    public static TransportConfig only(TransportConfig config, SrtpProfile profile) {
        return config.withSrtpProfiles(List.of(profile));
    }
}
