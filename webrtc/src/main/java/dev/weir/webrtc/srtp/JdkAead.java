package dev.weir.webrtc.srtp;

import java.lang.invoke.MethodHandle;
import java.util.Arrays;

/**
 * GCM (NIST SP 800-38D) put together from the JDK's counter mode and GHASH, without garbage. Loading fails where the JDK
 * keeps {@code com.sun.crypto.provider} closed.
 */
final class JdkAead implements Aead {
    private static final int BLOCK = 16;
    private static final MethodHandle NEW_HASH;
    private static final MethodHandle UPDATE;
    private static final MethodHandle STATE;

    static {
        try {
            JdkClass hash = new JdkClass("com.sun.crypto.provider.GHASH");
            NEW_HASH = hash.constructor(byte[].class);
            UPDATE = hash.method("update", int.class, byte[].class, int.class, int.class);
            STATE = hash.getter("state", long[].class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    private final JdkCounterMode cipher;
    private final Object hash;
    /** What was hashed so far: the hash's own two words. */
    private final long[] state;

    private final byte[] counter = new byte[BLOCK];
    private final byte[] mask = new byte[BLOCK];
    private final byte[] blocks = new byte[2 * BLOCK];

    JdkAead(byte[] key) {
        cipher = new JdkCounterMode(key);
        byte[] subkey = new byte[BLOCK];
        cipher.crypt(new byte[BLOCK], subkey, 0, BLOCK);
        try {
            hash = (Object) NEW_HASH.invokeExact(subkey);
            state = (long[]) STATE.invokeExact(hash);
        } catch (Throwable e) {
            throw new IllegalStateException(e);
        }
    }

    @Override
    public void seal(byte[] iv, byte[] packet, int offset, int clear, int length, byte[] more) {
        begin(iv);
        int body = offset + clear;
        cipher.go(packet, body, length);
        hash(packet, offset, clear, length, more);
        putLong(packet, body + length, state[0] ^ getLong(mask, 0));
        putLong(packet, body + length + 8, state[1] ^ getLong(mask, 8));
    }

    @Override
    public boolean open(byte[] iv, byte[] packet, int offset, int clear, int length, byte[] more) {
        begin(iv);
        int body = offset + clear;
        hash(packet, offset, clear, length, more);
        long difference = getLong(packet, body + length) ^ state[0] ^ getLong(mask, 0);
        difference |= getLong(packet, body + length + 8) ^ state[1] ^ getLong(mask, 8);
        if (difference != 0) {
            return false;
        }
        cipher.go(packet, body, length);
        return true;
    }

    /** Sets the counter to block 1, whose key stream masks the tag, and leaves it at block 2, where the text begins. */
    private void begin(byte[] iv) {
        System.arraycopy(iv, 0, counter, 0, IV_LENGTH);
        counter[BLOCK - 1] = 1;
        Arrays.fill(mask, (byte) 0);
        cipher.begin(counter);
        cipher.go(mask, 0, BLOCK);
    }

    private void hash(byte[] packet, int offset, int clear, int length, byte[] more) {
        state[0] = 0;
        state[1] = 0;
        int whole = clear & -BLOCK;
        update(packet, offset, whole);
        int rest = clear - whole;
        System.arraycopy(packet, offset + whole, blocks, 0, rest);
        System.arraycopy(more, 0, blocks, rest, more.length);
        updatePadded(rest + more.length);
        int body = offset + clear;
        whole = length & -BLOCK;
        update(packet, body, whole);
        rest = length - whole;
        System.arraycopy(packet, body + whole, blocks, 0, rest);
        updatePadded(rest);
        putLong(blocks, 0, 8L * (clear + more.length));
        putLong(blocks, 8, 8L * length);
        update(blocks, 0, BLOCK);
    }

    /** Takes what lies in {@code blocks}, padded with zeros. */
    private void updatePadded(int length) {
        int padded = (length + BLOCK - 1) & -BLOCK;
        Arrays.fill(blocks, length, padded, (byte) 0);
        update(blocks, 0, padded);
    }

    private void update(byte[] bytes, int offset, int length) {
        if (length == 0) {
            return;
        }
        try {
            int unused = (int) UPDATE.invokeExact(hash, bytes, offset, length);
        } catch (Throwable e) {
            throw new IllegalStateException(e);
        }
    }

    private static long getLong(byte[] bytes, int offset) {
        return (long) RtpShape.LONG.get(bytes, offset);
    }

    private static void putLong(byte[] bytes, int offset, long value) {
        RtpShape.LONG.set(bytes, offset, value);
    }
}
