package dev.weir.webrtc.srtp;

import dev.weir.webrtc.srtp.SessionKeys.Label;
import java.security.GeneralSecurityException;
import java.security.Key;
import javax.crypto.Cipher;
import javax.crypto.Mac;
import javax.crypto.spec.IvParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/** AES128_CM_HMAC_SHA1_80 (RFC 3711 section 4). */
final class CounterModeTransform implements PacketTransform {
    private static final int TAG_LENGTH = 10;
    private static final int MAC_KEY_LENGTH = 20;
    private static final int SALT_LENGTH = 14;

    private final Cipher rtpCipher;
    private final Cipher rtcpCipher;
    private final Key rtpKey;
    private final Key rtcpKey;
    private final Mac rtpMac;
    private final Mac rtcpMac;
    private final byte[] rtpSalt;
    private final byte[] rtcpSalt;
    private final byte[] iv = new byte[16];
    private final byte[] rollOverCounter = new byte[4];
    private final byte[] digest = new byte[20];

    CounterModeTransform(SessionKeys keys, int keyLength) throws GeneralSecurityException {
        rtpCipher = Cipher.getInstance("AES/CTR/NoPadding");
        rtcpCipher = Cipher.getInstance("AES/CTR/NoPadding");
        rtpKey = new SecretKeySpec(keys.derive(Label.RTP_ENCRYPTION, keyLength), "AES");
        rtcpKey = new SecretKeySpec(keys.derive(Label.RTCP_ENCRYPTION, keyLength), "AES");
        rtpMac = mac(keys.derive(Label.RTP_AUTHENTICATION, MAC_KEY_LENGTH));
        rtcpMac = mac(keys.derive(Label.RTCP_AUTHENTICATION, MAC_KEY_LENGTH));
        rtpSalt = keys.derive(Label.RTP_SALT, SALT_LENGTH);
        rtcpSalt = keys.derive(Label.RTCP_SALT, SALT_LENGTH);
    }

    private static Mac mac(byte[] key) throws GeneralSecurityException {
        Mac mac = Mac.getInstance("HmacSHA1");
        mac.init(new SecretKeySpec(key, "HmacSHA1"));
        return mac;
    }

    @Override
    public int sealRtp(byte[] packet, int offset, int length, int headerLength, long index) {
        int ssrc = RtpShape.int32(packet, offset + 8);
        crypt(rtpCipher, rtpKey, rtpSalt, ssrc, index, packet, offset + headerLength, length - headerLength);
        rtpTag(packet, offset, length, index);
        System.arraycopy(digest, 0, packet, offset + length, TAG_LENGTH);
        return length + TAG_LENGTH;
    }

    @Override
    public int openRtp(byte[] packet, int offset, int length, int headerLength, long index) {
        int plain = length - TAG_LENGTH;
        if (plain < headerLength) {
            return -1;
        }
        rtpTag(packet, offset, plain, index);
        if (!tagMatches(packet, offset + plain)) {
            return -1;
        }
        int ssrc = RtpShape.int32(packet, offset + 8);
        crypt(rtpCipher, rtpKey, rtpSalt, ssrc, index, packet, offset + headerLength, plain - headerLength);
        return plain;
    }

    @Override
    public int sealRtcp(byte[] packet, int offset, int length, int index) {
        int ssrc = RtpShape.int32(packet, offset + 4);
        int clear = RtpShape.RTCP_CLEAR_LENGTH;
        crypt(rtcpCipher, rtcpKey, rtcpSalt, ssrc, index, packet, offset + clear, length - clear);
        RtpShape.putInt32(packet, offset + length, index | ENCRYPTED);
        tag(rtcpMac, packet, offset, length + 4);
        System.arraycopy(digest, 0, packet, offset + length + 4, TAG_LENGTH);
        return length + 4 + TAG_LENGTH;
    }

    @Override
    public int openRtcp(byte[] packet, int offset, int length) {
        int plain = length - TAG_LENGTH - 4;
        int word = RtpShape.int32(packet, offset + plain);
        tag(rtcpMac, packet, offset, plain + 4);
        if (!tagMatches(packet, offset + plain + 4) || (word & ENCRYPTED) == 0) {
            return -1;
        }
        int ssrc = RtpShape.int32(packet, offset + 4);
        int clear = RtpShape.RTCP_CLEAR_LENGTH;
        crypt(rtcpCipher, rtcpKey, rtcpSalt, ssrc, word & ~ENCRYPTED, packet, offset + clear, plain - clear);
        return plain;
    }

    private void rtpTag(byte[] packet, int offset, int length, long index) {
        rtpMac.update(packet, offset, length);
        RtpShape.putInt32(rollOverCounter, 0, (int) (index >>> 16));
        tag(rtpMac, rollOverCounter, 0, 4);
    }

    private void tag(Mac mac, byte[] bytes, int offset, int length) {
        mac.update(bytes, offset, length);
        try {
            mac.doFinal(digest, 0);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Compares in constant time. */
    private boolean tagMatches(byte[] packet, int offset) {
        int difference = 0;
        for (int i = 0; i < TAG_LENGTH; i++) {
            difference |= digest[i] ^ packet[offset + i];
        }
        return difference == 0;
    }

    private void crypt(
            Cipher cipher, Key key, byte[] salt, int ssrc, long index, byte[] packet, int offset, int length) {
        // RFC 3711 section 4.1.1: salt << 16, xor SSRC << 64, xor index << 16; the last two bytes count blocks.
        System.arraycopy(salt, 0, iv, 0, SALT_LENGTH);
        iv[14] = 0;
        iv[15] = 0;
        for (int i = 0; i < 4; i++) {
            iv[4 + i] ^= (byte) (ssrc >>> (24 - 8 * i));
        }
        for (int i = 0; i < 6; i++) {
            iv[8 + i] ^= (byte) (index >>> (40 - 8 * i));
        }
        try {
            cipher.init(Cipher.ENCRYPT_MODE, key, new IvParameterSpec(iv));
            int unused = cipher.doFinal(packet, offset, length, packet, offset);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    @Override
    public int rtcpIndex(byte[] packet, int offset, int length) {
        return RtpShape.int32(packet, offset + length - TAG_LENGTH - 4) & ~ENCRYPTED;
    }
}
