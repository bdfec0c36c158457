package dev.weir.webrtc.srtp;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.SplittableRandom;
import org.jitsi.srtp.SrtcpCryptoContext;
import org.jitsi.srtp.SrtpContextFactory;
import org.jitsi.srtp.SrtpCryptoContext;
import org.jitsi.srtp.SrtpErrorStatus;
import org.jitsi.srtp.SrtpPolicy;
import org.jitsi.srtp.crypto.Aes;
import org.jitsi.utils.ByteArrayBuffer;
import org.jitsi.utils.logging2.LoggerImpl;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Compares our SRTP with that of jitsi-srtp, byte by byte and in both directions, over random packets and sequence wraps. */
class SrtpOracleTest {
    private static final int PACKETS = 3_000;
    private static final int[] SSRCS = {1, -5, 0x7FFF_FFFF};

    @BeforeAll
    static void spareItsBenchmark() {
        Aes.setFactoryClassName("org.jitsi.srtp.crypto.Aes$SunJCECipherFactory");
    }

    @ParameterizedTest
    @CsvSource({
        "AEAD_AES_128_GCM, INTRINSIC, 1",
        "AEAD_AES_128_GCM, PROVIDER, 2",
        "AES128_CM_HMAC_SHA1_80, INTRINSIC, 3",
        "AES128_CM_HMAC_SHA1_80, PROVIDER, 4"
    })
    void rtpMatchesInBothDirections(SrtpProfile profile, SrtpCiphers ciphers, long seed) throws Exception {
        SplittableRandom random = new SplittableRandom(seed);
        byte[] key = bytes(random, profile.keyLength());
        byte[] salt = bytes(random, profile.saltLength());
        SrtpProtector protector = new SrtpProtector(profile, key, salt, ciphers);
        SrtpUnprotector unprotector = new SrtpUnprotector(profile, key, salt, ciphers);
        Oracle sender = new Oracle(true, profile, key, salt);
        Oracle receiver = new Oracle(false, profile, key, salt);
        int[] sequence = {65_000, 0, 40_000};

        for (int i = 0; i < PACKETS; i++) {
            int stream = random.nextInt(SSRCS.length);
            // steps of up to 200 take each stream through several roll-overs
            sequence[stream] += 1 + random.nextInt(200);
            byte[] plain = rtp(random, SSRCS[stream], sequence[stream]);
            String where = profile + " " + ciphers + " seed " + seed + " packet " + i;

            byte[] ours = protect(protector, plain);
            byte[] theirs = sender.protectRtp(plain, SSRCS[stream]);
            assertThat(ours).as(where).isEqualTo(theirs);
            assertThat(receiver.unprotectRtp(ours, SSRCS[stream])).as(where).isEqualTo(plain);
            ByteBuffer opened = ByteBuffer.wrap(theirs);
            assertThat(unprotector.unprotectRtp(opened)).as(where).isEqualTo(UnprotectResult.OK);
            assertThat(Arrays.copyOf(theirs, opened.limit())).as(where).isEqualTo(plain);
        }
    }

    @ParameterizedTest
    @CsvSource({
        "AEAD_AES_128_GCM, INTRINSIC, 5",
        "AEAD_AES_128_GCM, PROVIDER, 6",
        "AES128_CM_HMAC_SHA1_80, INTRINSIC, 7",
        "AES128_CM_HMAC_SHA1_80, PROVIDER, 8"
    })
    void rtcpOpensInBothDirections(SrtpProfile profile, SrtpCiphers ciphers, long seed) throws Exception {
        SplittableRandom random = new SplittableRandom(seed);
        byte[] key = bytes(random, profile.keyLength());
        byte[] salt = bytes(random, profile.saltLength());
        SrtpProtector protector = new SrtpProtector(profile, key, salt, ciphers);
        SrtpUnprotector unprotector = new SrtpUnprotector(profile, key, salt, ciphers);
        Oracle sender = new Oracle(true, profile, key, salt);
        Oracle receiver = new Oracle(false, profile, key, salt);

        for (int i = 0; i < 500; i++) {
            int ssrc = SSRCS[random.nextInt(SSRCS.length)];
            byte[] plain = rtcp(random, ssrc);
            String where = profile + " " + ciphers + " seed " + seed + " packet " + i;

            ByteBuffer ours = room(plain);
            assertThat(protector.protectRtcp(ours)).as(where).isPositive();
            assertThat(receiver.unprotectRtcp(content(ours), ssrc)).as(where).isEqualTo(plain);
            byte[] theirs = sender.protectRtcp(plain, ssrc);
            ByteBuffer opened = ByteBuffer.wrap(theirs);
            assertThat(unprotector.unprotectRtcp(opened)).as(where).isEqualTo(UnprotectResult.OK);
            assertThat(Arrays.copyOf(theirs, opened.limit())).as(where).isEqualTo(plain);
        }
    }

    private static byte[] protect(SrtpProtector protector, byte[] plain) {
        ByteBuffer packet = room(plain);
        assertThat(protector.protectRtp(packet)).isEqualTo(packet.limit());
        return content(packet);
    }

    private static byte[] content(ByteBuffer packet) {
        byte[] bytes = new byte[packet.remaining()];
        packet.get(packet.position(), bytes);
        return bytes;
    }

    private static ByteBuffer room(byte[] plain) {
        return ByteBuffer.allocate(plain.length + SrtpProtector.MAX_OVERHEAD)
                .put(plain)
                .flip();
    }

    private static byte[] rtp(SplittableRandom random, int ssrc, int sequenceNumber) {
        int csrcs = random.nextInt(3);
        int extensionWords = random.nextBoolean() ? random.nextInt(4) : -1;
        int header = 12 + 4 * csrcs + (extensionWords < 0 ? 0 : 4 + 4 * extensionWords);
        byte[] packet = bytes(random, header + 1 + random.nextInt(1_200));
        packet[0] = (byte) (0x80 | csrcs | (extensionWords < 0 ? 0 : 0x10));
        packet[1] = 96;
        ByteBuffer.wrap(packet).putShort(2, (short) sequenceNumber).putInt(8, ssrc);
        if (extensionWords >= 0) {
            ByteBuffer.wrap(packet).putShort(12 + 4 * csrcs, (short) 0xBEDE).putShort(14 + 4 * csrcs, (short)
                    extensionWords);
        }
        return packet;
    }

    private static byte[] rtcp(SplittableRandom random, int ssrc) {
        byte[] packet = bytes(random, 8 + 4 * (1 + random.nextInt(20)));
        ByteBuffer.wrap(packet)
                .put(0, (byte) 0x81)
                .put(1, (byte) 201)
                .putShort(2, (short) (packet.length / 4 - 1))
                .putInt(4, ssrc);
        return packet;
    }

    private static byte[] bytes(SplittableRandom random, int length) {
        byte[] bytes = new byte[length];
        random.nextBytes(bytes);
        return bytes;
    }

    /** One direction of jitsi-srtp; it wants a context per SSRC. */
    private static final class Oracle {
        private final SrtpContextFactory factory;
        private final Map<Integer, SrtpCryptoContext> rtp = new HashMap<>();
        private final Map<Integer, SrtcpCryptoContext> rtcp = new HashMap<>();

        Oracle(boolean sender, SrtpProfile profile, byte[] key, byte[] salt) {
            SrtpPolicy policy = switch (profile) {
                case AEAD_AES_128_GCM ->
                    new SrtpPolicy(SrtpPolicy.AESGCM_ENCRYPTION, 16, SrtpPolicy.NULL_AUTHENTICATION, 0, 16, 12);
                case AES128_CM_HMAC_SHA1_80 ->
                    new SrtpPolicy(SrtpPolicy.AESCM_ENCRYPTION, 16, SrtpPolicy.HMACSHA1_AUTHENTICATION, 20, 10, 14);
            };
            factory =
                    new SrtpContextFactory(sender, key.clone(), salt.clone(), policy, policy, new LoggerImpl("oracle"));
        }

        private SrtpCryptoContext rtp(int ssrc) throws Exception {
            SrtpCryptoContext context = rtp.get(ssrc);
            if (context == null) {
                context = factory.deriveContext(ssrc, 0);
                rtp.put(ssrc, context);
            }
            return context;
        }

        private SrtcpCryptoContext rtcp(int ssrc) throws Exception {
            SrtcpCryptoContext context = rtcp.get(ssrc);
            if (context == null) {
                context = factory.deriveControlContext(ssrc);
                rtcp.put(ssrc, context);
            }
            return context;
        }

        byte[] protectRtp(byte[] plain, int ssrc) throws Exception {
            Bytes bytes = new Bytes(plain);
            assertThat(rtp(ssrc).transformPacket(bytes)).isEqualTo(SrtpErrorStatus.OK);
            return bytes.content();
        }

        byte[] unprotectRtp(byte[] sealed, int ssrc) throws Exception {
            Bytes bytes = new Bytes(sealed);
            assertThat(rtp(ssrc).reverseTransformPacket(bytes, false)).isEqualTo(SrtpErrorStatus.OK);
            return bytes.content();
        }

        byte[] protectRtcp(byte[] plain, int ssrc) throws Exception {
            Bytes bytes = new Bytes(plain);
            assertThat(rtcp(ssrc).transformPacket(bytes)).isEqualTo(SrtpErrorStatus.OK);
            return bytes.content();
        }

        byte[] unprotectRtcp(byte[] sealed, int ssrc) throws Exception {
            Bytes bytes = new Bytes(sealed);
            assertThat(rtcp(ssrc).reverseTransformPacket(bytes)).isEqualTo(SrtpErrorStatus.OK);
            return bytes.content();
        }
    }

    private static final class Bytes implements ByteArrayBuffer {
        private byte[] buffer;
        private int offset;
        private int length;

        Bytes(byte[] content) {
            buffer = Arrays.copyOf(content, content.length + 64);
            length = content.length;
        }

        byte[] content() {
            return Arrays.copyOfRange(buffer, offset, offset + length);
        }

        @Override
        public byte[] getBuffer() {
            return buffer;
        }

        @Override
        public int getOffset() {
            return offset;
        }

        @Override
        public int getLength() {
            return length;
        }

        @Override
        public void setLength(int value) {
            length = value;
        }

        @Override
        public void setOffset(int value) {
            offset = value;
        }

        @Override
        public boolean isInvalid() {
            return false;
        }

        @Override
        public void readRegionToBuff(int from, int count, byte[] target) {
            System.arraycopy(buffer, offset + from, target, 0, count);
        }

        @Override
        public void grow(int by) {
            buffer = Arrays.copyOf(buffer, buffer.length + by);
        }

        @Override
        public void append(byte[] data, int count) {
            System.arraycopy(data, 0, buffer, offset + length, count);
            length += count;
        }

        @Override
        public void shrink(int by) {
            length -= by;
        }
    }
}
