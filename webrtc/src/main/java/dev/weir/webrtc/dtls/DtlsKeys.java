package dev.weir.webrtc.dtls;

import java.util.Arrays;

/** Holds the SRTP master keys of both directions (RFC 5764 section 4.2). Immutable; accessors copy. */
public final class DtlsKeys {
    private final ProtectionProfile profile;
    private final DtlsRole role;
    private final byte[] material;

    /** Keeps {@code material}: client key, server key, client salt, server salt. */
    DtlsKeys(ProtectionProfile profile, DtlsRole role, byte[] material) {
        this.profile = profile;
        this.role = role;
        this.material = material;
    }

    /** Returns the number of the negotiated profile in {@code use_srtp}. */
    public int profileId() {
        return profile.id();
    }

    /** Returns the master key of what we send. */
    public byte[] localKey() {
        return key(role == DtlsRole.CLIENT);
    }

    /** Returns the master salt of what we send. */
    public byte[] localSalt() {
        return salt(role == DtlsRole.CLIENT);
    }

    /** Returns the master key of what the peer sends. */
    public byte[] remoteKey() {
        return key(role == DtlsRole.SERVER);
    }

    /** Returns the master salt of what the peer sends. */
    public byte[] remoteSalt() {
        return salt(role == DtlsRole.SERVER);
    }

    private byte[] key(boolean client) {
        int from = client ? 0 : profile.keyLength();
        return Arrays.copyOfRange(material, from, from + profile.keyLength());
    }

    private byte[] salt(boolean client) {
        int from = 2 * profile.keyLength() + (client ? 0 : profile.saltLength());
        return Arrays.copyOfRange(material, from, from + profile.saltLength());
    }
}
