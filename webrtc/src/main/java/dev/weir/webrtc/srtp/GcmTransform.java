package dev.weir.webrtc.srtp;

import dev.weir.webrtc.srtp.SessionKeys.Label;
import java.security.GeneralSecurityException;
import java.security.Key;
import javax.crypto.AEADBadTagException;
import javax.crypto.Cipher;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/** AEAD_AES_128_GCM (RFC 7714). */
final class GcmTransform implements PacketTransform {
    private static final int TAG_LENGTH = 16;
    private static final int IV_LENGTH = 12;

    private final int mode;
    private final Cipher rtpCipher;
    private final Cipher rtcpCipher;
    private final Key rtpKey;
    private final Key rtcpKey;
    private final byte[] rtpSalt;
    private final byte[] rtcpSalt;
    private final byte[] iv = new byte[IV_LENGTH];
    private final byte[] indexWord = new byte[4];

    /** {@code mode} is {@link Cipher#ENCRYPT_MODE} or {@link Cipher#DECRYPT_MODE}. */
    GcmTransform(SessionKeys keys, int keyLength, int mode) throws GeneralSecurityException {
        this.mode = mode;
        rtpCipher = Cipher.getInstance("AES/GCM/NoPadding");
        rtcpCipher = Cipher.getInstance("AES/GCM/NoPadding");
        rtpKey = new SecretKeySpec(keys.derive(Label.RTP_ENCRYPTION, keyLength), "AES");
        rtcpKey = new SecretKeySpec(keys.derive(Label.RTCP_ENCRYPTION, keyLength), "AES");
        rtpSalt = keys.derive(Label.RTP_SALT, IV_LENGTH);
        rtcpSalt = keys.derive(Label.RTCP_SALT, IV_LENGTH);
    }

    @Override
    public int sealRtp(byte[] packet, int offset, int length, int headerLength, long index) {
        try {
            initRtp(packet, offset, headerLength, index);
            int body = offset + headerLength;
            return headerLength + rtpCipher.doFinal(packet, body, length - headerLength, packet, body);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    @Override
    public int openRtp(byte[] packet, int offset, int length, int headerLength, long index) {
        try {
            initRtp(packet, offset, headerLength, index);
            int body = offset + headerLength;
            return headerLength + rtpCipher.doFinal(packet, body, length - headerLength, packet, body);
        } catch (AEADBadTagException e) {
            return -1;
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    private void initRtp(byte[] packet, int offset, int headerLength, long index) throws GeneralSecurityException {
        // RFC 7714 section 8.1: two zero bytes, SSRC, roll-over counter, sequence number; xor salt.
        startIv(rtpSalt, RtpShape.int32(packet, offset + 8));
        for (int i = 0; i < 6; i++) {
            iv[6 + i] ^= (byte) (index >>> (40 - 8 * i));
        }
        rtpCipher.init(mode, rtpKey, new GCMParameterSpec(8 * TAG_LENGTH, iv));
        rtpCipher.updateAAD(packet, offset, headerLength);
    }

    @Override
    public int sealRtcp(byte[] packet, int offset, int length, int index) {
        try {
            initRtcp(packet, offset, index | ENCRYPTED);
            int body = offset + RtpShape.RTCP_CLEAR_LENGTH;
            int sealed = rtcpCipher.doFinal(packet, body, length - RtpShape.RTCP_CLEAR_LENGTH, packet, body);
            RtpShape.putInt32(packet, body + sealed, index | ENCRYPTED);
            return RtpShape.RTCP_CLEAR_LENGTH + sealed + 4;
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    @Override
    public int openRtcp(byte[] packet, int offset, int length) {
        int word = RtpShape.int32(packet, offset + length - 4);
        if ((word & ENCRYPTED) == 0) {
            return -1;
        }
        try {
            initRtcp(packet, offset, word);
            int body = offset + RtpShape.RTCP_CLEAR_LENGTH;
            int bodyLength = length - RtpShape.RTCP_CLEAR_LENGTH - 4;
            return RtpShape.RTCP_CLEAR_LENGTH + rtcpCipher.doFinal(packet, body, bodyLength, packet, body);
        } catch (AEADBadTagException e) {
            return -1;
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    private void initRtcp(byte[] packet, int offset, int word) throws GeneralSecurityException {
        // RFC 7714 section 9.1: two zero bytes, SSRC, two zero bytes, 31-bit index; xor salt.
        startIv(rtcpSalt, RtpShape.int32(packet, offset + 4));
        int index = word & ~ENCRYPTED;
        for (int i = 0; i < 4; i++) {
            iv[8 + i] ^= (byte) (index >>> (24 - 8 * i));
        }
        rtcpCipher.init(mode, rtcpKey, new GCMParameterSpec(8 * TAG_LENGTH, iv));
        rtcpCipher.updateAAD(packet, offset, RtpShape.RTCP_CLEAR_LENGTH);
        RtpShape.putInt32(indexWord, 0, word);
        rtcpCipher.updateAAD(indexWord);
    }

    private void startIv(byte[] salt, int ssrc) {
        System.arraycopy(salt, 0, iv, 0, IV_LENGTH);
        for (int i = 0; i < 4; i++) {
            iv[2 + i] ^= (byte) (ssrc >>> (24 - 8 * i));
        }
    }

    @Override
    public int rtcpIndex(byte[] packet, int offset, int length) {
        return RtpShape.int32(packet, offset + length - 4) & ~ENCRYPTED;
    }
}
