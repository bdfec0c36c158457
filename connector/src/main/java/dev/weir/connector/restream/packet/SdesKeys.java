package dev.weir.connector.restream.packet;

import dev.weir.webrtc.srtp.SrtpProfile;
import dev.weir.webrtc.srtp.SrtpProtector;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;

/**
 * The SRTP keys of a target, one per track, as a session description tells them (RFC 4568). They outlive connections, so that
 * a receiver that has the description goes on; their sources differ. One thread.
 */
public final class SdesKeys {
    private static final SrtpProfile PROFILE = SrtpProfile.AES128_CM_HMAC_SHA1_80;
    private static final String SUITE = "AES_CM_128_HMAC_SHA1_80";

    private final SecureRandom random;
    private final List<byte[]> keysAndSalts = new ArrayList<>();

    /** Makes keys out of {@code random} as they are needed. */
    public SdesKeys(SecureRandom random) {
        this.random = random;
    }

    private byte[] of(int position) {
        while (keysAndSalts.size() <= position) {
            byte[] fresh = new byte[PROFILE.keyLength() + PROFILE.saltLength()];
            random.nextBytes(fresh);
            keysAndSalts.add(fresh);
        }
        return keysAndSalts.get(position);
    }

    /** Returns the attribute of the track at {@code position}, without a line end. */
    String attribute(int position) {
        return "a=crypto:1 " + SUITE + " inline:" + Base64.getEncoder().encodeToString(of(position));
    }

    /** Returns what protects the packets of the track at {@code position} during one connection. */
    SrtpProtector protector(int position) {
        byte[] both = of(position);
        return new SrtpProtector(
                PROFILE,
                Arrays.copyOf(both, PROFILE.keyLength()),
                Arrays.copyOfRange(both, PROFILE.keyLength(), both.length));
    }
}
