package dev.weir.webrtc.srtp;

import java.lang.invoke.MethodHandle;
import java.util.Arrays;

/**
 * HMAC-SHA1 on the compression function of the JDK's SHA-1: the two blocks that the key fills are hashed once, and nothing is
 * allocated. Loading fails where the JDK keeps {@code sun.security.provider} closed.
 */
final class JdkMac implements PacketMac {
    private static final int BLOCK = 64;
    private static final int LENGTH_FIELD = 8;
    private static final MethodHandle NEW_SHA;
    private static final MethodHandle STATE;
    private static final MethodHandle COMPRESS;

    static {
        try {
            JdkClass sha = new JdkClass("sun.security.provider.SHA");
            JdkClass base = new JdkClass("sun.security.provider.DigestBase");
            NEW_SHA = sha.constructor();
            STATE = sha.getter("state", int[].class);
            COMPRESS = base.method("implCompressMultiBlock", int.class, byte[].class, int.class, int.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    private final Object sha;
    /** The five words of the hash so far: the digest's own. */
    private final int[] state;

    private final int[] inner;
    private final int[] outer;
    private final byte[] tail = new byte[2 * BLOCK];
    private final byte[] last = new byte[BLOCK];

    /** Takes a key of at most 64 bytes. */
    JdkMac(byte[] key) {
        try {
            sha = (Object) NEW_SHA.invokeExact();
            state = (int[]) STATE.invokeExact(sha);
        } catch (Throwable e) {
            throw new IllegalStateException(e);
        }
        int[] initial = state.clone();
        inner = keyed(key, (byte) 0x36);
        System.arraycopy(initial, 0, state, 0, initial.length);
        outer = keyed(key, (byte) 0x5C);
        last[DIGEST_LENGTH] = (byte) 0x80;
        RtpShape.LONG.set(last, BLOCK - LENGTH_FIELD, 8L * (BLOCK + DIGEST_LENGTH));
    }

    private int[] keyed(byte[] key, byte pad) {
        byte[] block = Arrays.copyOf(key, BLOCK);
        for (int i = 0; i < BLOCK; i++) {
            block[i] ^= pad;
        }
        compress(block, 0, BLOCK);
        return state.clone();
    }

    @Override
    public void digest(byte[] bytes, int offset, int length, byte[] more, byte[] digest) {
        System.arraycopy(inner, 0, state, 0, inner.length);
        int whole = length & -BLOCK;
        compress(bytes, offset, whole);
        int rest = length - whole;
        System.arraycopy(bytes, offset + whole, tail, 0, rest);
        System.arraycopy(more, 0, tail, rest, more.length);
        rest += more.length;
        int padded = rest + 1 + LENGTH_FIELD <= BLOCK ? BLOCK : 2 * BLOCK;
        Arrays.fill(tail, rest, padded, (byte) 0);
        tail[rest] = (byte) 0x80;
        RtpShape.LONG.set(tail, padded - LENGTH_FIELD, 8L * (BLOCK + length + more.length));
        compress(tail, 0, padded);
        putState(last);
        System.arraycopy(outer, 0, state, 0, outer.length);
        compress(last, 0, BLOCK);
        putState(digest);
    }

    private void putState(byte[] target) {
        for (int i = 0; i < state.length; i++) {
            RtpShape.putInt32(target, 4 * i, state[i]);
        }
    }

    private void compress(byte[] bytes, int offset, int length) {
        if (length == 0) {
            return;
        }
        try {
            int unused = (int) COMPRESS.invokeExact(sha, bytes, offset, offset + length - BLOCK);
        } catch (Throwable e) {
            throw new IllegalStateException(e);
        }
    }
}
