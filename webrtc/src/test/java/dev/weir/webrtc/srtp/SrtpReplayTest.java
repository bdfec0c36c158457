package dev.weir.webrtc.srtp;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class SrtpReplayTest {
    private static final int SSRC = 0x1234_5678;

    @ParameterizedTest
    @EnumSource
    void aReplayedPacketIsRefused(SrtpProfile profile) {
        SrtpProtector protector = protector(profile);
        SrtpUnprotector unprotector = unprotector(profile);
        byte[] sealed = seal(protector, 10);

        assertThat(unprotector.unprotectRtp(copy(sealed))).isEqualTo(UnprotectResult.OK);
        assertThat(unprotector.unprotectRtp(copy(sealed))).isEqualTo(UnprotectResult.REPLAYED);
    }

    @ParameterizedTest
    @EnumSource
    void aReplayIsRefusedEvenAMillionPacketsLater(SrtpProfile profile) {
        SrtpProtector protector = protector(profile);
        SrtpUnprotector unprotector = unprotector(profile);
        byte[] old = seal(protector, 10);
        assertThat(unprotector.unprotectRtp(copy(old))).isEqualTo(UnprotectResult.OK);
        for (int sequence = 20_000; sequence < 1_000_000; sequence += 20_000) {
            assertThat(unprotector.unprotectRtp(copy(seal(protector, sequence))))
                    .isEqualTo(UnprotectResult.OK);
        }

        UnprotectResult result = unprotector.unprotectRtp(copy(old));

        assertThat(result).isIn(UnprotectResult.REPLAYED, UnprotectResult.AUTHENTICATION_FAILED);
    }

    @ParameterizedTest
    @EnumSource
    void packetsOutOfOrderAreTakenAcrossARollOver(SrtpProfile profile) {
        SrtpProtector protector = protector(profile);
        SrtpUnprotector unprotector = unprotector(profile);
        byte[][] sealed = new byte[300][];
        for (int i = 0; i < sealed.length; i++) {
            sealed[i] = seal(protector, 65_400 + i);
        }
        assertThat(unprotector.unprotectRtp(copy(sealed[0]))).isEqualTo(UnprotectResult.OK);
        for (int i = sealed.length - 1; i > 0; i--) {
            assertThat(unprotector.unprotectRtp(copy(sealed[i])))
                    .as("packet " + i)
                    .isEqualTo(UnprotectResult.OK);
        }
        for (byte[] packet : sealed) {
            assertThat(unprotector.unprotectRtp(copy(packet))).isEqualTo(UnprotectResult.REPLAYED);
        }
    }

    @ParameterizedTest
    @EnumSource
    void noIndexIsProtectedTwice(SrtpProfile profile) {
        SrtpProtector protector = protector(profile);
        seal(protector, 5);
        seal(protector, 7);
        ByteBuffer again = rtp(5);
        byte[] before = content(again);

        assertThat(protector.protectRtp(again)).isEqualTo(-1);
        assertThat(content(again)).isEqualTo(before);
        assertThat(protector.protectRtp(rtp(6))).isPositive();
        assertThat(protector.protectRtp(rtp(6))).isEqualTo(-1);
    }

    @ParameterizedTest
    @EnumSource
    void forgedPacketsAreRefusedAndLeaveNoState(SrtpProfile profile) {
        SrtpProtector protector = protector(profile);
        SrtpUnprotector unprotector = unprotector(profile);
        SplittableRandom random = new SplittableRandom(7);
        byte[] sealed = seal(protector, 100);
        for (int i = 0; i < 2_000; i++) {
            byte[] forged = sealed.clone();
            // other SSRCs and sequence numbers too: they must cost neither a stream nor a place in the window
            int at = 2 + random.nextInt(forged.length - 2);
            forged[at] ^= (byte) (1 << random.nextInt(8));
            assertThat(unprotector.unprotectRtp(copy(forged))).isNotEqualTo(UnprotectResult.OK);
        }

        assertThat(unprotector.unprotectRtp(copy(sealed))).isEqualTo(UnprotectResult.OK);
    }

    @ParameterizedTest
    @EnumSource
    void aReplayedControlPacketIsRefused(SrtpProfile profile) {
        SrtpProtector protector = protector(profile);
        SrtpUnprotector unprotector = unprotector(profile);
        ByteBuffer packet = ByteBuffer.allocate(60);
        packet.put((byte) 0x81)
                .put((byte) 201)
                .putShort((short) 7)
                .putInt(SSRC)
                .position(32)
                .flip();
        assertThat(protector.protectRtcp(packet)).isPositive();
        byte[] sealed = content(packet);

        assertThat(unprotector.unprotectRtcp(copy(sealed))).isEqualTo(UnprotectResult.OK);
        assertThat(unprotector.unprotectRtcp(copy(sealed))).isEqualTo(UnprotectResult.REPLAYED);
    }

    @ParameterizedTest
    @EnumSource
    void noBytesMakeUnprotectThrow(SrtpProfile profile) {
        long seed = 99;
        SplittableRandom random = new SplittableRandom(seed);
        SrtpUnprotector unprotector = unprotector(profile);
        byte[] sealed = seal(protector(profile), 1);
        for (int i = 0; i < 20_000; i++) {
            byte[] bytes =
                    random.nextBoolean() ? Arrays.copyOf(sealed, random.nextInt(sealed.length + 1)) : noise(random);
            for (int flips = random.nextInt(4); flips > 0 && bytes.length > 0; flips--) {
                bytes[random.nextInt(bytes.length)] = (byte) random.nextInt();
            }
            boolean rtcp = random.nextBoolean();
            UnprotectResult result =
                    rtcp ? unprotector.unprotectRtcp(copy(bytes)) : unprotector.unprotectRtp(copy(bytes));
            if (!Arrays.equals(bytes, sealed)) {
                assertThat(result).as("seed " + seed + " round " + i).isNotEqualTo(UnprotectResult.OK);
            }
        }
    }

    @Test
    void aPeerCannotFillMemoryWithStreams() {
        SrtpProtector[] senders = new SrtpProtector[2];
        Arrays.setAll(senders, i -> protector(SrtpProfile.AEAD_AES_128_GCM));
        SrtpUnprotector unprotector = unprotector(SrtpProfile.AEAD_AES_128_GCM);
        int taken = 0;
        for (int ssrc = 0; ssrc < 2 * StreamTable.MAX_STREAMS; ssrc++) {
            ByteBuffer packet = rtp(1);
            packet.putInt(8, ssrc);
            assertThat(senders[ssrc / StreamTable.MAX_STREAMS].protectRtp(packet))
                    .isPositive();
            if (unprotector.unprotectRtp(packet) == UnprotectResult.OK) {
                taken++;
            }
        }
        assertThat(taken).isEqualTo(StreamTable.MAX_STREAMS);
    }

    private static byte[] noise(SplittableRandom random) {
        byte[] bytes = new byte[random.nextInt(200)];
        random.nextBytes(bytes);
        return bytes;
    }

    private static SrtpProtector protector(SrtpProfile profile) {
        return new SrtpProtector(profile, new byte[profile.keyLength()], new byte[profile.saltLength()]);
    }

    private static SrtpUnprotector unprotector(SrtpProfile profile) {
        return new SrtpUnprotector(profile, new byte[profile.keyLength()], new byte[profile.saltLength()]);
    }

    private static byte[] seal(SrtpProtector protector, int sequenceNumber) {
        ByteBuffer packet = rtp(sequenceNumber);
        assertThat(protector.protectRtp(packet)).isPositive();
        return content(packet);
    }

    private static byte[] content(ByteBuffer packet) {
        byte[] bytes = new byte[packet.remaining()];
        packet.get(packet.position(), bytes);
        return bytes;
    }

    private static ByteBuffer rtp(int sequenceNumber) {
        ByteBuffer packet = ByteBuffer.allocate(140);
        packet.put((byte) 0x80)
                .put((byte) 96)
                .putShort((short) sequenceNumber)
                .putInt(0)
                .putInt(SSRC);
        return packet.position(120).flip();
    }

    private static ByteBuffer copy(byte[] bytes) {
        return ByteBuffer.wrap(bytes.clone());
    }
}
