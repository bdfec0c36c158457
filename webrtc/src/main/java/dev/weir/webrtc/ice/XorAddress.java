package dev.weir.webrtc.ice;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/** Reads and writes XOR-MAPPED-ADDRESS (RFC 8489 section 14.2). */
final class XorAddress {
    private static final int IPV4 = 1;
    private static final int IPV6 = 2;

    private XorAddress() {}

    /** Returns null when the value is malformed. {@code start} is where the message begins. */
    static @Nullable InetSocketAddress read(ByteBuffer message, int start, int value, int length) {
        if (length < 4) {
            return null;
        }
        int family = message.get(value + 1) & 0xFF;
        int addressLength = family == IPV4 ? 4 : family == IPV6 ? 16 : -1;
        if (length != 4 + addressLength) {
            return null;
        }
        byte[] address = new byte[addressLength];
        message.get(value + 4, address);
        xor(address, message, start);
        int port = (message.getShort(value + 2) ^ message.getShort(start + 4)) & 0xFFFF;
        try {
            return new InetSocketAddress(InetAddress.getByAddress(address), port);
        } catch (UnknownHostException e) {
            return null;
        }
    }

    /** Writes the value at the position of {@code message}, whose header is complete. */
    static void write(ByteBuffer message, int start, InetSocketAddress address) {
        byte[] bytes = address.getAddress().getAddress();
        message.putShort((short) (bytes.length == 4 ? IPV4 : IPV6));
        message.putShort((short) (address.getPort() ^ message.getShort(start + 4)));
        xor(bytes, message, start);
        message.put(bytes);
    }

    static int length(InetSocketAddress address) {
        return 4 + address.getAddress().getAddress().length;
    }

    /** The mask is the magic cookie followed by the transaction id: the header from byte 4 on. */
    private static void xor(byte[] address, ByteBuffer message, int start) {
        for (int i = 0; i < address.length; i++) {
            address[i] ^= message.get(start + 4 + i);
        }
    }
}
