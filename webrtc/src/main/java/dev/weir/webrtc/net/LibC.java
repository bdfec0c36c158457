package dev.weir.webrtc.net;

import com.sun.jna.Native;

/**
 * The calls of the C library that the JDK has no equal for. Addresses are those of direct buffers, which the caller keeps
 * alive; results and errors as in the manual.
 */
final class LibC {
    static final int EIO = 5;
    static final int EINVAL = 22;
    static final int EMSGSIZE = 90;
    static final int EOPNOTSUPP = 95;

    static final int SOL_SOCKET = 1;
    static final int SO_DOMAIN = 39;
    static final int SOL_UDP = 17;
    static final int UDP_SEGMENT = 103;
    static final int UDP_GRO = 104;
    static final int MSG_DONTWAIT = 0x40;

    static final int PRIO_PROCESS = 0;

    private LibC() {}

    /**
     * Binds the calls.
     *
     * @throws LinkageError where there is no such library, or JNA does not run
     */
    static void bind() {
        Native.register(LibC.class, "c");
    }

    static native long sendmsg(int descriptor, long message, int flags);

    static native int sendmmsg(int descriptor, long messages, int count, int flags);

    static native int recvmmsg(int descriptor, long messages, int count, int flags, long timeout);

    static native int setsockopt(int descriptor, int level, int option, long value, int length);

    static native int getsockopt(int descriptor, int level, int option, long value, long length);

    static native int setpriority(int which, int who, int nice);

    /** Returns the error of the last call of this thread. */
    static int error() {
        return Native.getLastError();
    }
}
