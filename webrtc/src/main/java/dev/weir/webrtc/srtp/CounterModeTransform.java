package dev.weir.webrtc.srtp;

import dev.weir.webrtc.srtp.SessionKeys.Label;
import java.security.GeneralSecurityException;

/** AES128_CM_HMAC_SHA1_80 (RFC 3711 section 4). */
final class CounterModeTransform implements PacketTransform {
    private static final int TAG_LENGTH = 10;
    private static final int MAC_KEY_LENGTH = 20;
    private static final int SALT_LENGTH = 14;
    private static final byte[] NOTHING = {};

    private final CounterCipher rtpCipher;
    private final CounterCipher rtcpCipher;
    private final PacketMac rtpMac;
    private final PacketMac rtcpMac;
    private final byte[] rtpSalt;
    private final byte[] rtcpSalt;
    private final byte[] iv = new byte[CounterCipher.IV_LENGTH];
    private final byte[] rollOverCounter = new byte[4];
    private final byte[] digest = new byte[PacketMac.DIGEST_LENGTH];

    CounterModeTransform(SessionKeys keys, int keyLength, SrtpCiphers ciphers) throws GeneralSecurityException {
        rtpCipher = ciphers.counterMode(keys.derive(Label.RTP_ENCRYPTION, keyLength));
        rtcpCipher = ciphers.counterMode(keys.derive(Label.RTCP_ENCRYPTION, keyLength));
        rtpMac = ciphers.mac(keys.derive(Label.RTP_AUTHENTICATION, MAC_KEY_LENGTH));
        rtcpMac = ciphers.mac(keys.derive(Label.RTCP_AUTHENTICATION, MAC_KEY_LENGTH));
        rtpSalt = keys.derive(Label.RTP_SALT, SALT_LENGTH);
        rtcpSalt = keys.derive(Label.RTCP_SALT, SALT_LENGTH);
    }

    @Override
    public int sealRtp(byte[] packet, int offset, int length, int headerLength, long index) {
        int ssrc = RtpShape.int32(packet, offset + 8);
        crypt(rtpCipher, rtpSalt, ssrc, index, packet, offset + headerLength, length - headerLength);
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
        crypt(rtpCipher, rtpSalt, ssrc, index, packet, offset + headerLength, plain - headerLength);
        return plain;
    }

    @Override
    public int sealRtcp(byte[] packet, int offset, int length, int index) {
        int ssrc = RtpShape.int32(packet, offset + 4);
        int clear = RtpShape.RTCP_CLEAR_LENGTH;
        crypt(rtcpCipher, rtcpSalt, ssrc, index, packet, offset + clear, length - clear);
        RtpShape.putInt32(packet, offset + length, index | ENCRYPTED);
        rtcpMac.digest(packet, offset, length + 4, NOTHING, digest);
        System.arraycopy(digest, 0, packet, offset + length + 4, TAG_LENGTH);
        return length + 4 + TAG_LENGTH;
    }

    @Override
    public int openRtcp(byte[] packet, int offset, int length) {
        int plain = length - TAG_LENGTH - 4;
        int word = RtpShape.int32(packet, offset + plain);
        rtcpMac.digest(packet, offset, plain + 4, NOTHING, digest);
        if (!tagMatches(packet, offset + plain + 4) || (word & ENCRYPTED) == 0) {
            return -1;
        }
        int ssrc = RtpShape.int32(packet, offset + 4);
        int clear = RtpShape.RTCP_CLEAR_LENGTH;
        crypt(rtcpCipher, rtcpSalt, ssrc, word & ~ENCRYPTED, packet, offset + clear, plain - clear);
        return plain;
    }

    private void rtpTag(byte[] packet, int offset, int length, long index) {
        RtpShape.putInt32(rollOverCounter, 0, (int) (index >>> 16));
        rtpMac.digest(packet, offset, length, rollOverCounter, digest);
    }

    /** Compares in constant time. */
    private boolean tagMatches(byte[] packet, int offset) {
        int difference = 0;
        for (int i = 0; i < TAG_LENGTH; i++) {
            difference |= digest[i] ^ packet[offset + i];
        }
        return difference == 0;
    }

    private void crypt(CounterCipher cipher, byte[] salt, int ssrc, long index, byte[] packet, int offset, int length) {
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
        cipher.crypt(iv, packet, offset, length);
    }

    @Override
    public int rtcpIndex(byte[] packet, int offset, int length) {
        return RtpShape.int32(packet, offset + length - TAG_LENGTH - 4) & ~ENCRYPTED;
    }
}
