package dev.weir.webrtc.srtp;

import dev.weir.webrtc.srtp.SessionKeys.Label;
import java.security.GeneralSecurityException;

/** AEAD_AES_128_GCM (RFC 7714). */
final class GcmTransform implements PacketTransform {
    private static final byte[] NOTHING = {};

    private final Aead rtp;
    private final Aead rtcp;
    private final byte[] rtpSalt;
    private final byte[] rtcpSalt;
    private final byte[] iv = new byte[Aead.IV_LENGTH];
    private final byte[] indexWord = new byte[4];

    GcmTransform(SessionKeys keys, int keyLength, SrtpCiphers ciphers) throws GeneralSecurityException {
        rtp = ciphers.aead(keys.derive(Label.RTP_ENCRYPTION, keyLength));
        rtcp = ciphers.aead(keys.derive(Label.RTCP_ENCRYPTION, keyLength));
        rtpSalt = keys.derive(Label.RTP_SALT, Aead.IV_LENGTH);
        rtcpSalt = keys.derive(Label.RTCP_SALT, Aead.IV_LENGTH);
    }

    @Override
    public int sealRtp(byte[] packet, int offset, int length, int headerLength, long index) {
        setRtpIv(packet, offset, index);
        rtp.seal(iv, packet, offset, headerLength, length - headerLength, NOTHING);
        return length + Aead.TAG_LENGTH;
    }

    @Override
    public int openRtp(byte[] packet, int offset, int length, int headerLength, long index) {
        setRtpIv(packet, offset, index);
        int plain = length - Aead.TAG_LENGTH;
        return rtp.open(iv, packet, offset, headerLength, plain - headerLength, NOTHING) ? plain : -1;
    }

    /** Two zero bytes, SSRC, roll-over counter, sequence number; xor salt (RFC 7714 section 8.1). */
    private void setRtpIv(byte[] packet, int offset, long index) {
        startIv(rtpSalt, RtpShape.int32(packet, offset + 8));
        for (int i = 0; i < 6; i++) {
            iv[6 + i] ^= (byte) (index >>> (40 - 8 * i));
        }
    }

    @Override
    public int sealRtcp(byte[] packet, int offset, int length, int index) {
        setRtcpIv(packet, offset, index | ENCRYPTED);
        rtcp.seal(iv, packet, offset, RtpShape.RTCP_CLEAR_LENGTH, length - RtpShape.RTCP_CLEAR_LENGTH, indexWord);
        RtpShape.putInt32(packet, offset + length + Aead.TAG_LENGTH, index | ENCRYPTED);
        return length + Aead.TAG_LENGTH + 4;
    }

    @Override
    public int openRtcp(byte[] packet, int offset, int length) {
        int word = RtpShape.int32(packet, offset + length - 4);
        if ((word & ENCRYPTED) == 0) {
            return -1;
        }
        setRtcpIv(packet, offset, word);
        int plain = length - 4 - Aead.TAG_LENGTH;
        int clear = RtpShape.RTCP_CLEAR_LENGTH;
        return rtcp.open(iv, packet, offset, clear, plain - clear, indexWord) ? plain : -1;
    }

    /** Two zero bytes, SSRC, two zero bytes, 31-bit index; xor salt (RFC 7714 section 9.1). The word is authenticated too. */
    private void setRtcpIv(byte[] packet, int offset, int word) {
        startIv(rtcpSalt, RtpShape.int32(packet, offset + 4));
        int index = word & ~ENCRYPTED;
        for (int i = 0; i < 4; i++) {
            iv[8 + i] ^= (byte) (index >>> (24 - 8 * i));
        }
        RtpShape.putInt32(indexWord, 0, word);
    }

    private void startIv(byte[] salt, int ssrc) {
        System.arraycopy(salt, 0, iv, 0, Aead.IV_LENGTH);
        for (int i = 0; i < 4; i++) {
            iv[2 + i] ^= (byte) (ssrc >>> (24 - 8 * i));
        }
    }

    @Override
    public int rtcpIndex(byte[] packet, int offset, int length) {
        return RtpShape.int32(packet, offset + length - 4) & ~ENCRYPTED;
    }
}
