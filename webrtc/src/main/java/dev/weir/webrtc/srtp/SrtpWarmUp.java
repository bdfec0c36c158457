package dev.weir.webrtc.srtp;

import java.nio.ByteBuffer;

/**
 * Runs packets through both profiles, with a sequence wrap, forgeries and replays, so that a rare branch that runs for the
 * first time does not stall a loop (a deoptimisation costs up to 10 ms).
 */
public final class SrtpWarmUp {
    private static final int PACKETS = 2_000;

    private SrtpWarmUp() {}

    /** Takes some milliseconds. */
    public static void run() {
        for (SrtpProfile profile : SrtpProfile.values()) {
            protect(profile);
        }
    }

    private static void protect(SrtpProfile profile) {
        byte[] key = new byte[profile.keyLength()];
        byte[] salt = new byte[profile.saltLength()];
        SrtpProtector protector = new SrtpProtector(profile, key, salt);
        SrtpUnprotector unprotector = new SrtpUnprotector(profile, key, salt);
        ByteBuffer packet = ByteBuffer.allocate(1_500);
        for (int i = 0; i < PACKETS; i++) {
            packet.clear().limit(1_200);
            packet.put(0, (byte) 0x80).put(1, (byte) 96).putShort(2, (short) (65_536 - PACKETS / 2 + i));
            packet.putInt(8, 1);
            boolean sent = protector.protectRtp(packet) > 0;
            if (i % 100 == 50) {
                packet.put(100, (byte) ~packet.get(100));
            }
            ByteBuffer again = i % 100 == 0 ? ByteBuffer.wrap(packet.array().clone(), 0, packet.limit()) : packet;
            UnprotectResult first = unprotector.unprotectRtp(packet);
            if (sent && first == UnprotectResult.OK && again.limit() > packet.limit()) {
                UnprotectResult replayed = unprotector.unprotectRtp(again);
                assert replayed == UnprotectResult.REPLAYED;
            }
        }
    }
}
