package dev.weir.webrtc.srtp;

import java.security.GeneralSecurityException;
import java.util.Arrays;
import javax.crypto.Cipher;
import javax.crypto.spec.IvParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/** Derives session keys from a master key by AES in counter mode, key derivation rate 0 (RFC 3711 section 4.3). */
class SessionKeys {
    /** Names what a key is for. */
    enum Label {
        RTP_ENCRYPTION(0),
        RTP_AUTHENTICATION(1),
        RTP_SALT(2),
        RTCP_ENCRYPTION(3),
        RTCP_AUTHENTICATION(4),
        RTCP_SALT(5);

        private final int value;

        Label(int value) {
            this.value = value;
        }
    }

    private static final int SALT_LENGTH = 14;

    private final byte[] masterKey;
    private final byte[] masterSalt;

    /** A shorter salt, as that of GCM, is padded with zeros on the right (RFC 7714 section 11). */
    SessionKeys(byte[] masterKey, byte[] masterSalt) {
        this.masterKey = masterKey.clone();
        this.masterSalt = Arrays.copyOf(masterSalt, SALT_LENGTH);
    }

    byte[] derive(Label label, int length) {
        byte[] iv = Arrays.copyOf(masterSalt, 16);
        iv[7] ^= (byte) label.value;
        try {
            Cipher cipher = Cipher.getInstance("AES/CTR/NoPadding");
            cipher.init(Cipher.ENCRYPT_MODE, new SecretKeySpec(masterKey, "AES"), new IvParameterSpec(iv));
            return cipher.doFinal(new byte[length]);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("AES is missing", e);
        }
    }
}
