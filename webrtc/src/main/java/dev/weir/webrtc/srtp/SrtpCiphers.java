package dev.weir.webrtc.srtp;

import java.security.GeneralSecurityException;
import java.util.Arrays;
import java.util.SplittableRandom;

/**
 * Names where AES, GHASH and SHA-1 come from. Which one runs is found out once, when the first key is set up: the quick one
 * where the JDK lets us in and a comparison with the other one finds no difference, otherwise the portable one.
 */
public enum SrtpCiphers {
    /**
     * The functions inside the JDK's own provider that it compiles to special instructions. Needs
     * {@code --add-opens java.base/com.sun.crypto.provider=ALL-UNNAMED} and
     * {@code --add-opens java.base/sun.security.provider=ALL-UNNAMED}.
     */
    INTRINSIC {
        @Override
        Aead aead(byte[] key) {
            return new JdkAead(key);
        }

        @Override
        CounterCipher counterMode(byte[] key) {
            return new JdkCounterMode(key);
        }

        @Override
        PacketMac mac(byte[] key) {
            return new JdkMac(key);
        }
    },

    /** {@code javax.crypto}; runs everywhere. */
    PROVIDER {
        @Override
        Aead aead(byte[] key) throws GeneralSecurityException {
            return new ProviderAead(key);
        }

        @Override
        CounterCipher counterMode(byte[] key) throws GeneralSecurityException {
            return new ProviderCounterMode(key);
        }

        @Override
        PacketMac mac(byte[] key) throws GeneralSecurityException {
            return new ProviderMac(key);
        }
    };

    private static final int LONGEST_COMPARED = 1_300;

    /** Found out when first asked for. */
    private static final class InUse {
        private static final SrtpCiphers CHOICE = agrees() ? INTRINSIC : PROVIDER;
    }

    abstract Aead aead(byte[] key) throws GeneralSecurityException;

    abstract CounterCipher counterMode(byte[] key) throws GeneralSecurityException;

    abstract PacketMac mac(byte[] key) throws GeneralSecurityException;

    /** Returns the one that this JVM runs. */
    public static SrtpCiphers inUse() {
        return InUse.CHOICE;
    }

    /** Compares both over every length up to some blocks and some more, behind clear bytes of many lengths. */
    private static boolean agrees() {
        try {
            SplittableRandom random = new SplittableRandom(1);
            byte[] key = new byte[16];
            random.nextBytes(key);
            for (int length = 0; length <= LONGEST_COMPARED; length += length < 80 ? 1 : 97) {
                byte[] packet = new byte[LONGEST_COMPARED + 64];
                random.nextBytes(packet);
                int clear = 8 + length % 33;
                byte[] more = Arrays.copyOf(key, length % 5 == 0 ? 4 : 0);
                if (!Arrays.equals(
                                trace(INTRINSIC, key, packet, clear, length, more),
                                trace(PROVIDER, key, packet, clear, length, more))
                        || !opens(key, packet, clear, length, more)) {
                    return false;
                }
            }
            return true;
        } catch (Throwable e) {
            // Closed packages or a JDK that looks different inside: expected, and the other one is there.
            return false;
        }
    }

    private static byte[] trace(SrtpCiphers ciphers, byte[] key, byte[] packet, int clear, int length, byte[] more)
            throws GeneralSecurityException {
        byte[] result = packet.clone();
        ciphers.aead(key).seal(Arrays.copyOf(packet, Aead.IV_LENGTH), result, 0, clear, length, more);
        ciphers.counterMode(key).crypt(Arrays.copyOf(packet, CounterCipher.IV_LENGTH), result, 3, length);
        byte[] digest = new byte[PacketMac.DIGEST_LENGTH];
        ciphers.mac(key).digest(result, 5, length, more, digest);
        System.arraycopy(digest, 0, result, 0, digest.length);
        return result;
    }

    /** What one sealed the other one opens, and nothing that was changed. */
    private static boolean opens(byte[] key, byte[] packet, int clear, int length, byte[] more)
            throws GeneralSecurityException {
        byte[] iv = Arrays.copyOf(packet, Aead.IV_LENGTH);
        byte[] sealed = packet.clone();
        PROVIDER.aead(key).seal(iv, sealed, 0, clear, length, more);
        byte[] forged = sealed.clone();
        forged[clear + length] ^= 1;
        Aead quick = INTRINSIC.aead(key);
        return !quick.open(iv, forged, 0, clear, length, more)
                && quick.open(iv, sealed, 0, clear, length, more)
                && Arrays.equals(sealed, 0, clear + length, packet, 0, clear + length);
    }
}
