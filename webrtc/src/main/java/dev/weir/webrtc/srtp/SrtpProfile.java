package dev.weir.webrtc.srtp;

import java.security.GeneralSecurityException;
import java.util.Optional;

/** Lists the protection profiles that we speak, the preferred one first (RFC 5764 section 4.1.2, RFC 7714 section 14.2). */
public enum SrtpProfile {
    AEAD_AES_128_GCM(0x0007, 16, 12, 16, 16),
    AES128_CM_HMAC_SHA1_80(0x0001, 16, 14, 10, 10);

    private final int dtlsId;
    private final int keyLength;
    private final int saltLength;
    private final int rtpTagLength;
    private final int rtcpTagLength;

    SrtpProfile(int dtlsId, int keyLength, int saltLength, int rtpTagLength, int rtcpTagLength) {
        this.dtlsId = dtlsId;
        this.keyLength = keyLength;
        this.saltLength = saltLength;
        this.rtpTagLength = rtpTagLength;
        this.rtcpTagLength = rtcpTagLength;
    }

    /** Returns the profile with that number in the {@code use_srtp} extension. */
    public static Optional<SrtpProfile> ofDtlsId(int dtlsId) {
        for (SrtpProfile profile : values()) {
            if (profile.dtlsId == dtlsId) {
                return Optional.of(profile);
            }
        }
        return Optional.empty();
    }

    /** Returns the number in the {@code use_srtp} extension. */
    public int dtlsId() {
        return dtlsId;
    }

    /** Returns the length of the master key and of the session keys, bytes. */
    public int keyLength() {
        return keyLength;
    }

    /** Returns the length of the master salt, bytes. */
    public int saltLength() {
        return saltLength;
    }

    /** Returns how many bytes an RTP packet grows by. */
    public int rtpTagLength() {
        return rtpTagLength;
    }

    /** Returns how many bytes an RTCP packet grows by, without the 4 bytes of the SRTCP index. */
    public int rtcpTagLength() {
        return rtcpTagLength;
    }

    PacketTransform transform(byte[] masterKey, byte[] masterSalt, SrtpCiphers ciphers) {
        if (masterKey.length != keyLength || masterSalt.length != saltLength) {
            throw new IllegalArgumentException(
                    this + " wants " + keyLength + " + " + saltLength + " bytes of key and salt");
        }
        SessionKeys keys = new SessionKeys(masterKey, masterSalt);
        try {
            return switch (this) {
                case AEAD_AES_128_GCM -> new GcmTransform(keys, keyLength, ciphers);
                case AES128_CM_HMAC_SHA1_80 -> new CounterModeTransform(keys, keyLength, ciphers);
            };
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("this JVM lacks AES or HMAC-SHA1", e);
        }
    }
}
