package dev.weir.webrtc.srtp;

import java.lang.invoke.MethodHandle;

/**
 * Counter mode by the class inside the JDK's own cipher: the same machine code, without the objects and checks around it,
 * and with the key schedule computed once. Loading fails where the JDK keeps {@code com.sun.crypto.provider} closed.
 */
final class JdkCounterMode implements CounterCipher {
    private static final MethodHandle NEW_AES;
    private static final MethodHandle NEW_MODE;
    private static final MethodHandle INIT;
    private static final MethodHandle RESET;
    private static final MethodHandle CRYPT;

    static {
        try {
            JdkClass symmetric = new JdkClass("com.sun.crypto.provider.SymmetricCipher");
            JdkClass mode = new JdkClass("com.sun.crypto.provider.CounterMode");
            NEW_AES = new JdkClass("com.sun.crypto.provider.AESCrypt").constructor();
            NEW_MODE = mode.constructor(symmetric.type());
            INIT = mode.method("init", void.class, boolean.class, String.class, byte[].class, byte[].class);
            RESET = mode.method("reset", void.class);
            CRYPT = mode.method("encrypt", int.class, byte[].class, int.class, int.class, byte[].class, int.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    private final Object mode;
    /** The mode keeps this very array and begins with it after each reset. */
    private final byte[] start = new byte[IV_LENGTH];

    JdkCounterMode(byte[] key) {
        try {
            mode = (Object) NEW_MODE.invokeExact((Object) NEW_AES.invokeExact());
            INIT.invokeExact(mode, false, "AES", key.clone(), start);
        } catch (Throwable e) {
            throw new IllegalStateException(e);
        }
    }

    @Override
    public void crypt(byte[] iv, byte[] bytes, int offset, int length) {
        begin(iv);
        go(bytes, offset, length);
    }

    /** Goes to the beginning of the key stream of {@code iv}. */
    void begin(byte[] iv) {
        System.arraycopy(iv, 0, start, 0, IV_LENGTH);
        try {
            RESET.invokeExact(mode);
        } catch (Throwable e) {
            throw new IllegalStateException(e);
        }
    }

    /** Adds the key stream from where it stands. */
    void go(byte[] bytes, int offset, int length) {
        try {
            int unused = (int) CRYPT.invokeExact(mode, bytes, offset, length, bytes, offset);
        } catch (Throwable e) {
            throw new IllegalStateException(e);
        }
    }
}
