package dev.weir.gateway.conformance;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.zip.CRC32;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/** Writes and reads STUN by hand (RFC 8489), so that tests share nothing with the code that they test. */
public final class Stun {
    public static final int BINDING_REQUEST = 0x0001;
    public static final int BINDING_SUCCESS = 0x0101;
    public static final int ALLOCATE_REQUEST = 0x0003;
    public static final int ALLOCATE_SUCCESS = 0x0103;
    public static final int ALLOCATE_ERROR = 0x0113;

    public static final int USERNAME = 0x0006;
    public static final int ERROR_CODE = 0x0009;
    public static final int REALM = 0x0014;
    public static final int NONCE = 0x0015;
    public static final int REQUESTED_TRANSPORT = 0x0019;

    private static final int INTEGRITY = 0x0008;
    private static final int PRIORITY = 0x0024;
    private static final int USE_CANDIDATE = 0x0025;
    private static final int FINGERPRINT = 0x8028;
    private static final int CONTROLLING = 0x802A;
    private static final int HEADER = 20;
    private static final SplittableRandom IDS = new SplittableRandom(7);

    private final ByteBuffer out = ByteBuffer.allocate(1_024);

    public Stun(int type) {
        byte[] id = new byte[12];
        synchronized (IDS) {
            IDS.nextBytes(id);
        }
        out.putShort((short) type).putShort((short) 0).putInt(0x2112_A442).put(id);
    }

    /** Returns a check like a browser's that nominates, from {@code theirs} to the session of {@code ours}. */
    public static byte[] check(String serverUfrag, String serverPassword, String clientUfrag) {
        return new Stun(BINDING_REQUEST)
                .text(USERNAME, serverUfrag + ":" + clientUfrag)
                .raw(CONTROLLING, new byte[8])
                .raw(PRIORITY, new byte[] {0x6E, 0, 0, 1})
                .raw(USE_CANDIDATE, new byte[0])
                .integrity(serverPassword.getBytes(StandardCharsets.UTF_8))
                .fingerprint()
                .bytes();
    }

    public Stun text(int type, String value) {
        return raw(type, value.getBytes(StandardCharsets.UTF_8));
    }

    public Stun raw(int type, byte[] value) {
        out.putShort((short) type).putShort((short) value.length).put(value);
        while (out.position() % 4 != 0) {
            out.put((byte) 0);
        }
        return this;
    }

    /** Signs with a key: the password itself, or {@link #longTermKey}. */
    public Stun integrity(byte[] key) {
        out.putShort(2, (short) (out.position() - HEADER + 24));
        try {
            Mac mac = Mac.getInstance("HmacSHA1");
            mac.init(new SecretKeySpec(key, "HmacSHA1"));
            mac.update(out.array(), 0, out.position());
            return raw(INTEGRITY, mac.doFinal());
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Returns the key of a TURN user (RFC 8489 section 9.2.2). */
    public static byte[] longTermKey(String username, String realm, String password) {
        try {
            String text = username + ":" + realm + ":" + password;
            return MessageDigest.getInstance("MD5").digest(text.getBytes(StandardCharsets.UTF_8));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    public Stun fingerprint() {
        out.putShort(2, (short) (out.position() - HEADER + 8));
        CRC32 crc = new CRC32();
        crc.update(out.array(), 0, out.position());
        return raw(
                FINGERPRINT,
                ByteBuffer.allocate(4)
                        .putInt((int) crc.getValue() ^ 0x5354_554E)
                        .array());
    }

    public byte[] bytes() {
        out.putShort(2, (short) (out.position() - HEADER));
        return Arrays.copyOf(out.array(), out.position());
    }

    public static boolean isStun(byte[] datagram) {
        return datagram.length >= HEADER && ByteBuffer.wrap(datagram).getInt(4) == 0x2112_A442;
    }

    public static int type(byte[] message) {
        return ByteBuffer.wrap(message).getShort() & 0xFFFF;
    }

    /** Returns the value of the first attribute of a type. */
    public static Optional<byte[]> attribute(byte[] message, int type) {
        ByteBuffer in = ByteBuffer.wrap(message).position(HEADER);
        while (in.remaining() >= 4) {
            int found = in.getShort() & 0xFFFF;
            int length = in.getShort() & 0xFFFF;
            if (found == type) {
                byte[] value = new byte[length];
                in.get(value);
                return Optional.of(value);
            }
            in.position(Math.min(in.limit(), in.position() + (length + 3) / 4 * 4));
        }
        return Optional.empty();
    }

    public static String username(byte[] message) {
        return attribute(message, USERNAME)
                .map(value -> new String(value, StandardCharsets.UTF_8))
                .orElse("");
    }

    /** Returns ERROR-CODE's number, 0 when there is none. */
    public static int errorCode(byte[] message) {
        return attribute(message, ERROR_CODE)
                .map(value -> (value[2] & 7) * 100 + value[3])
                .orElse(0);
    }
}
