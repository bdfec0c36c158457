package dev.weir.webrtc.net;

import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** A peer's address, and the same as the kernel wants it, so that it is put together once and not per datagram. */
final class Remote {
    static final int AF_INET = 2;
    static final int AF_INET6 = 10;
    private static final int IPV4_LENGTH = 16;

    final InetSocketAddress address;
    /** A {@code struct sockaddr_in} or {@code sockaddr_in6}; empty when the family cannot reach the address. */
    final byte[] name;

    private Remote(InetSocketAddress address, byte[] name) {
        this.address = address;
        this.name = name;
    }

    /** {@code family} is that of the socket that sends there. */
    static Remote of(InetSocketAddress address, int family) {
        return new Remote(address, encode(address, family));
    }

    private static byte[] encode(InetSocketAddress address, int family) {
        InetAddress ip = address.getAddress();
        byte[] bytes = ip == null ? new byte[0] : ip.getAddress();
        if (ip == null || (family == AF_INET && bytes.length != 4)) {
            return new byte[0];
        }
        ByteBuffer name = ByteBuffer.allocate(family == AF_INET ? IPV4_LENGTH : SocketMessage.NAME_LENGTH);
        name.order(ByteOrder.nativeOrder()).putShort((short) family);
        name.order(ByteOrder.BIG_ENDIAN).putShort((short) address.getPort());
        if (family == AF_INET) {
            name.put(bytes);
            return name.array();
        }
        name.putInt(0);
        if (bytes.length == 4) {
            name.position(name.position() + 10);
            name.putShort((short) 0xFFFF);
        }
        name.put(bytes);
        int scope = ip instanceof Inet6Address inet6 ? inet6.getScopeId() : 0;
        name.order(ByteOrder.nativeOrder()).putInt(scope);
        return name.array();
    }
}
