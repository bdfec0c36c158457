package dev.weir.webrtc.net;

/**
 * A {@code struct msghdr} of 64-bit Linux with one vector, a peer's address and one control message, as {@code sendmsg} and
 * {@code recvmsg} want it. One thread.
 */
final class SocketMessage {
    static final int NAME_LENGTH = 28;
    /** Fits one control message with the biggest value that we use or get. */
    private static final int CONTROL_LENGTH = 64;

    private static final int CONTROL_HEADER = 16;
    private static final int SEGMENT_CONTROL_LENGTH = 24;

    // struct msghdr, then struct iovec, the address, the control message
    private static final int NAME_POINTER = 0;
    private static final int NAME_SIZE = 8;
    private static final int VECTOR_POINTER = 16;
    private static final int VECTOR_COUNT = 24;
    private static final int CONTROL_POINTER = 32;
    private static final int CONTROL_SIZE = 40;
    private static final int FLAGS = 48;
    private static final int VECTOR = 56;
    private static final int NAME = 72;
    private static final int CONTROL = 104;

    private final NativeBuffer memory = new NativeBuffer(CONTROL + CONTROL_LENGTH);
    private final NativeBuffer data;

    /** Points to {@code data}. */
    SocketMessage(NativeBuffer data) {
        this.data = data;
        memory.bytes.putLong(NAME_POINTER, memory.address + NAME);
        memory.bytes.putLong(VECTOR_POINTER, memory.address + VECTOR);
        memory.bytes.putLong(VECTOR_COUNT, 1);
        memory.bytes.putLong(CONTROL_POINTER, memory.address + CONTROL);
    }

    long address() {
        return memory.address;
    }

    void setName(byte[] name) {
        memory.bytes.put(NAME, name);
        memory.bytes.putInt(NAME_SIZE, name.length);
    }

    /** Sets what to send; {@code segment} is the size of each datagram in it, 0 when it is one. */
    void setOutgoing(int offset, int length, int segment) {
        memory.bytes.putLong(VECTOR, data.address + offset);
        memory.bytes.putLong(VECTOR + 8, length);
        if (segment == 0) {
            memory.bytes.putLong(CONTROL_SIZE, 0);
            return;
        }
        memory.bytes.putLong(CONTROL_SIZE, SEGMENT_CONTROL_LENGTH);
        memory.bytes.putLong(CONTROL, CONTROL_HEADER + Short.BYTES);
        memory.bytes.putInt(CONTROL + 8, LibC.SOL_UDP);
        memory.bytes.putInt(CONTROL + 12, LibC.UDP_SEGMENT);
        memory.bytes.putShort(CONTROL + CONTROL_HEADER, (short) segment);
    }

    /** Makes room for what {@code recvmsg} writes. */
    void setIncoming() {
        memory.bytes.putLong(VECTOR, data.address);
        memory.bytes.putLong(VECTOR + 8, data.bytes.capacity());
        memory.bytes.putInt(NAME_SIZE, NAME_LENGTH);
        memory.bytes.putLong(CONTROL_SIZE, CONTROL_LENGTH);
        memory.bytes.putInt(FLAGS, 0);
    }

    /** Returns the size of each datagram of what came, 0 when it is one. */
    int incomingSegment() {
        boolean told = memory.bytes.getLong(CONTROL_SIZE) >= CONTROL_HEADER + Integer.BYTES
                && memory.bytes.getInt(CONTROL + 8) == LibC.SOL_UDP
                && memory.bytes.getInt(CONTROL + 12) == LibC.UDP_GRO;
        return told ? memory.bytes.getInt(CONTROL + CONTROL_HEADER) : 0;
    }

    /** Returns the length of the sender's address. */
    int nameLength() {
        return Math.min(NAME_LENGTH, memory.bytes.getInt(NAME_SIZE));
    }

    void getName(byte[] target) {
        memory.bytes.get(NAME, target, 0, nameLength());
    }
}
