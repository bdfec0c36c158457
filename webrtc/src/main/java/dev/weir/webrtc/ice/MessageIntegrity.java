package dev.weir.webrtc.ice;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.util.Arrays;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;

/** Signs and verifies STUN messages with one short-term password (RFC 8489 section 14.5). One thread. */
final class MessageIntegrity {
    static final int LENGTH = 20;

    private final String password;
    /** Made with the first message: for most of those who only ask for a session none ever comes. */
    private @Nullable Mac mac;

    MessageIntegrity(String password) {
        this.password = password;
    }

    private Mac mac() {
        Mac made = mac;
        if (made != null) {
            return made;
        }
        try {
            made = Mac.getInstance("HmacSHA1");
            made.init(new SecretKeySpec(password.getBytes(StandardCharsets.UTF_8), "HmacSHA1"));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("HmacSHA1 is missing", e);
        }
        mac = made;
        return made;
    }

    /**
     * Returns the HMAC of the message that begins at {@code start}, up to {@code end}, where MESSAGE-INTEGRITY begins; the
     * length field counts as if that attribute were the last.
     */
    byte[] compute(ByteBuffer message, int start, int end) {
        byte[] array = message.array();
        int from = message.arrayOffset() + start;
        byte[] header = Arrays.copyOfRange(array, from, from + StunMessage.HEADER_LENGTH);
        int length = end - start - header.length + 4 + LENGTH;
        header[2] = (byte) (length >>> 8);
        header[3] = (byte) length;
        Mac hmac = mac();
        hmac.update(header);
        hmac.update(array, from + header.length, end - start - header.length);
        return hmac.doFinal();
    }

    /** Returns whether {@code message} carries a MESSAGE-INTEGRITY that this password made. */
    boolean verify(StunMessage message) {
        int at = message.integrityOffset();
        if (at < 0) {
            return false;
        }
        ByteBuffer bytes = message.bytes();
        byte[] expected = compute(bytes, message.start(), at);
        int difference = 0;
        for (int i = 0; i < LENGTH; i++) {
            difference |= expected[i] ^ bytes.get(at + 4 + i);
        }
        return difference == 0;
    }
}
