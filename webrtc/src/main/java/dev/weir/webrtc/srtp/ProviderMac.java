package dev.weir.webrtc.srtp;

import java.security.GeneralSecurityException;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/** HMAC-SHA1 by the {@link Mac} of the installed provider. */
final class ProviderMac implements PacketMac {
    private final Mac mac;

    ProviderMac(byte[] key) throws GeneralSecurityException {
        mac = Mac.getInstance("HmacSHA1");
        mac.init(new SecretKeySpec(key, "HmacSHA1"));
    }

    @Override
    public void digest(byte[] bytes, int offset, int length, byte[] more, byte[] digest) {
        mac.update(bytes, offset, length);
        mac.update(more, 0, more.length);
        try {
            mac.doFinal(digest, 0);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }
}
