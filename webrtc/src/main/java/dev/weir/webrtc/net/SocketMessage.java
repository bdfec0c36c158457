package dev.weir.webrtc.net;

/**
 * A {@code struct mmsghdr} of 64-bit Linux, which begins with a {@code struct msghdr}, with one vector, a peer's address and
 * one control message, as {@code sendmsg} and {@code recvmmsg} want it. One thread.
 */
final class SocketMessage {
    static final int NAME_LENGTH = 28;
    /** Fits one control message with the biggest value that we use or get. */
    private static final int CONTROL_LENGTH = 64;

    private static final int CONTROL_HEADER = 16;
    private static final int SEGMENT_CONTROL_LENGTH = 24;

    // The header.
    private static final int NAME_POINTER = 0;
    private static final int NAME_SIZE = 8;
    private static final int VECTOR_POINTER = 16;
    private static final int VECTOR_COUNT = 24;
    private static final int CONTROL_POINTER = 32;
    private static final int CONTROL_SIZE = 40;
    private static final int FLAGS = 48;
    private static final int RECEIVED = 56;
    private static final int HEADER_LENGTH = 64;

    // Behind all headers, for each: struct iovec, the address, the control message.
    private static final int NAME = 16;
    private static final int CONTROL = 48;
    private static final int PARTS_LENGTH = CONTROL + CONTROL_LENGTH;

    private final NativeBuffer memory;
    private final int header;
    private final int parts;
    private final long data;
    private final int dataLength;

    private SocketMessage(NativeBuffer memory, int header, int parts, long data, int dataLength) {
        this.memory = memory;
        this.header = header;
        this.parts = parts;
        this.data = data;
        this.dataLength = dataLength;
        memory.bytes.putLong(header + NAME_POINTER, memory.address + parts + NAME);
        memory.bytes.putLong(header + VECTOR_POINTER, memory.address + parts);
        memory.bytes.putLong(header + VECTOR_COUNT, 1);
        memory.bytes.putLong(header + CONTROL_POINTER, memory.address + parts + CONTROL);
    }

    /** Returns {@code count} messages, one behind the other, that share {@code data} evenly. */
    static SocketMessage[] row(int count, NativeBuffer data) {
        return row(count, data, data.bytes.capacity() / count);
    }

    /** Returns {@code count} messages, one behind the other, each of which may have any part of {@code data}. */
    static SocketMessage[] rowOver(int count, NativeBuffer data) {
        return row(count, data, 0);
    }

    private static SocketMessage[] row(int count, NativeBuffer data, int share) {
        NativeBuffer memory = new NativeBuffer(count * (HEADER_LENGTH + PARTS_LENGTH));
        SocketMessage[] row = new SocketMessage[count];
        for (int i = 0; i < count; i++) {
            int parts = count * HEADER_LENGTH + i * PARTS_LENGTH;
            row[i] = new SocketMessage(memory, i * HEADER_LENGTH, parts, data.address + (long) i * share, share);
        }
        return row;
    }

    long address() {
        return memory.address + header;
    }

    void setName(byte[] name) {
        memory.bytes.put(parts + NAME, name);
        memory.bytes.putInt(header + NAME_SIZE, name.length);
    }

    /** Sets what to send; {@code segment} is the size of each datagram in it, 0 when it is one. */
    void setOutgoing(int offset, int length, int segment) {
        memory.bytes.putLong(parts, data + offset);
        memory.bytes.putLong(parts + 8, length);
        if (segment == 0) {
            memory.bytes.putLong(header + CONTROL_SIZE, 0);
            return;
        }
        memory.bytes.putLong(header + CONTROL_SIZE, SEGMENT_CONTROL_LENGTH);
        memory.bytes.putLong(parts + CONTROL, CONTROL_HEADER + Short.BYTES);
        memory.bytes.putInt(parts + CONTROL + 8, LibC.SOL_UDP);
        memory.bytes.putInt(parts + CONTROL + 12, LibC.UDP_SEGMENT);
        memory.bytes.putShort(parts + CONTROL + CONTROL_HEADER, (short) segment);
    }

    /** Makes room for what {@code recvmmsg} writes. */
    void setIncoming() {
        memory.bytes.putLong(parts, data);
        memory.bytes.putLong(parts + 8, dataLength);
        memory.bytes.putInt(header + NAME_SIZE, NAME_LENGTH);
        memory.bytes.putLong(header + CONTROL_SIZE, CONTROL_LENGTH);
        memory.bytes.putInt(header + FLAGS, 0);
    }

    /** Returns how many bytes came. */
    int received() {
        return memory.bytes.getInt(header + RECEIVED);
    }

    /** Returns the size of each datagram of what came, 0 when it is one. */
    int incomingSegment() {
        boolean told = memory.bytes.getLong(header + CONTROL_SIZE) >= CONTROL_HEADER + Integer.BYTES
                && memory.bytes.getInt(parts + CONTROL + 8) == LibC.SOL_UDP
                && memory.bytes.getInt(parts + CONTROL + 12) == LibC.UDP_GRO;
        return told ? memory.bytes.getInt(parts + CONTROL + CONTROL_HEADER) : 0;
    }

    /** Returns the length of the sender's address. */
    int nameLength() {
        return Math.min(NAME_LENGTH, memory.bytes.getInt(header + NAME_SIZE));
    }

    void getName(byte[] target) {
        memory.bytes.get(parts + NAME, target, 0, nameLength());
    }
}
