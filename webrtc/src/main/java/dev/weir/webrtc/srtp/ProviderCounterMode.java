package dev.weir.webrtc.srtp;

import java.security.GeneralSecurityException;
import java.security.Key;
import javax.crypto.Cipher;
import javax.crypto.spec.IvParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/** Counter mode by the {@link Cipher} of the installed provider. */
final class ProviderCounterMode implements CounterCipher {
    private final Cipher cipher;
    private final Key key;

    ProviderCounterMode(byte[] key) throws GeneralSecurityException {
        this.cipher = Cipher.getInstance("AES/CTR/NoPadding");
        this.key = new SecretKeySpec(key, "AES");
    }

    @Override
    public void crypt(byte[] iv, byte[] bytes, int offset, int length) {
        try {
            cipher.init(Cipher.ENCRYPT_MODE, key, new IvParameterSpec(iv));
            int unused = cipher.doFinal(bytes, offset, length, bytes, offset);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }
}
