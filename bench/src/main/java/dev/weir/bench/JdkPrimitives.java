package dev.weir.bench;

import java.security.DigestException;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.concurrent.TimeUnit;
import javax.crypto.Cipher;
import javax.crypto.ShortBufferException;
import javax.crypto.spec.IvParameterSpec;
import javax.crypto.spec.SecretKeySpec;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/**
 * Does of AES128_CM_HMAC_SHA1_80 what the JDK's primitives cannot be spared: AES in counter mode over the payload and the 20
 * compressions of SHA-1 that an HMAC over header, payload and ROC needs when the states after both pads are kept. No IV, no
 * key, no header, no copy: less than any SRTP can do with these primitives, and so what {@code protect} is measured against.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 2)
@Measurement(iterations = 5, time = 2)
@Fork(1)
public class JdkPrimitives {
    private static final int VIEWERS = 200;
    private static final int PAYLOAD = 1_188;
    private static final int AUTHENTICATED = 12 + PAYLOAD + 4;
    private static final int DIGEST = 20;

    private final Cipher[] ciphers = new Cipher[VIEWERS];
    private final MessageDigest sha1;
    private final byte[] plain = new byte[AUTHENTICATED];
    private final byte[] packet = new byte[AUTHENTICATED];
    private final byte[] digest = new byte[DIGEST];
    private int next;

    /** Prepares a cipher for each of 200 viewers. */
    public JdkPrimitives() {
        try {
            sha1 = MessageDigest.getInstance("SHA-1");
            for (int i = 0; i < VIEWERS; i++) {
                byte[] key = new byte[16];
                key[0] = (byte) i;
                ciphers[i] = Cipher.getInstance("AES/CTR/NoPadding");
                ciphers[i].init(
                        Cipher.ENCRYPT_MODE, new SecretKeySpec(key, "AES"), new IvParameterSpec(new byte[key.length]));
            }
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Treats one packet with the next viewer's key; returns something of the result, so that nothing is optimised away. */
    @Benchmark
    public int encryptAndAuthenticate() {
        next = next == VIEWERS - 1 ? 0 : next + 1;
        try {
            int length = ciphers[next].update(plain, 12, PAYLOAD, packet, 12);
            sha1.update(packet, 0, AUTHENTICATED);
            length += sha1.digest(digest, 0, DIGEST);
            sha1.update(digest, 0, DIGEST);
            return length + sha1.digest(digest, 0, DIGEST) + digest[0];
        } catch (ShortBufferException | DigestException e) {
            throw new IllegalStateException(e);
        }
    }
}
