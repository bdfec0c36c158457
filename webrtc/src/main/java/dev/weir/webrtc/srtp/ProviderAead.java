package dev.weir.webrtc.srtp;

import java.security.GeneralSecurityException;
import java.security.Key;
import javax.crypto.AEADBadTagException;
import javax.crypto.Cipher;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/** GCM by the {@link Cipher} of the installed provider; its {@code init} for each packet costs about 1 kB of garbage. */
final class ProviderAead implements Aead {
    private final Cipher cipher;
    private final Key key;

    ProviderAead(byte[] key) throws GeneralSecurityException {
        this.cipher = Cipher.getInstance("AES/GCM/NoPadding");
        this.key = new SecretKeySpec(key, "AES");
    }

    @Override
    public void seal(byte[] iv, byte[] packet, int offset, int clear, int length, byte[] more) {
        try {
            init(Cipher.ENCRYPT_MODE, iv, packet, offset, clear, more);
            int unused = cipher.doFinal(packet, offset + clear, length, packet, offset + clear);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    @Override
    public boolean open(byte[] iv, byte[] packet, int offset, int clear, int length, byte[] more) {
        try {
            init(Cipher.DECRYPT_MODE, iv, packet, offset, clear, more);
            int unused = cipher.doFinal(packet, offset + clear, length + TAG_LENGTH, packet, offset + clear);
            return true;
        } catch (AEADBadTagException e) {
            return false;
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    private void init(int mode, byte[] iv, byte[] packet, int offset, int clear, byte[] more)
            throws GeneralSecurityException {
        cipher.init(mode, key, new GCMParameterSpec(8 * TAG_LENGTH, iv));
        cipher.updateAAD(packet, offset, clear);
        cipher.updateAAD(more);
    }
}
