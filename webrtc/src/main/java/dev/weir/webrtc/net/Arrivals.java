package dev.weir.webrtc.net;

import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Reads datagrams, several by one call when the kernel holds a row of them from one peer (UDP receive offload). One for all
 * sockets of a loop; no allocation for peers that are heard of often. One thread.
 */
final class Arrivals {
    private static final int MAX_BYTES = 65_536;
    /** Addresses that are remembered: a power of two. */
    private static final int REMEMBERED = 1_024;

    private final NativeBuffer data = new NativeBuffer(MAX_BYTES);
    private final SocketMessage message = new SocketMessage(data);
    private final LoopCounters counters;
    private final byte[] name = new byte[SocketMessage.NAME_LENGTH];
    private final byte[][] names = new byte[REMEMBERED][];
    private final @Nullable InetSocketAddress[] addresses = new InetSocketAddress[REMEMBERED];
    private @Nullable InetSocketAddress source;
    private int offset;
    private int length;
    private int segment;

    Arrivals(LoopCounters counters) {
        this.counters = counters;
    }

    /** Forgets what is left of another socket's row. */
    void clear() {
        offset = length;
    }

    /** Returns whether a part of the row that was read is still to be taken. */
    boolean hasMore() {
        return offset < length;
    }

    /** Puts the next datagram into {@code target}, flipped, cut to its limit; null = nothing there. */
    @Nullable
    InetSocketAddress next(int descriptor, ByteBuffer target, int limit) {
        if (offset >= length && !read(descriptor)) {
            return null;
        }
        int size = Math.min(segment, length - offset);
        int kept = Math.min(size, limit);
        target.clear();
        data.bytes.get(offset, target.array(), target.arrayOffset(), kept);
        target.limit(kept);
        offset += Math.max(1, size);
        return source;
    }

    private boolean read(int descriptor) {
        message.setIncoming();
        LoopCounters.add(counters.receiveCalls, 1);
        long received = LibC.recvmsg(descriptor, message.address(), 0);
        if (received < 0) {
            return false;
        }
        offset = 0;
        // An empty datagram is a datagram too.
        length = (int) Math.max(1, received);
        int told = message.incomingSegment();
        segment = received == 0 ? 0 : told > 0 ? told : (int) received;
        source = address();
        return true;
    }

    private @Nullable InetSocketAddress address() {
        Arrays.fill(name, (byte) 0);
        message.getName(name);
        int slot = Arrays.hashCode(name);
        slot = (slot ^ slot >>> 10 ^ slot >>> 20) & (REMEMBERED - 1);
        InetSocketAddress known = addresses[slot];
        if (known != null && Arrays.equals(names[slot], name)) {
            return known;
        }
        InetSocketAddress decoded = decode();
        names[slot] = name.clone();
        addresses[slot] = decoded;
        return decoded;
    }

    private InetSocketAddress decode() {
        ByteBuffer view = ByteBuffer.wrap(name);
        int family = view.order(ByteOrder.nativeOrder()).getShort(0);
        int port = view.order(ByteOrder.BIG_ENDIAN).getShort(2) & 0xFFFF;
        try {
            if (family == Remote.AF_INET) {
                return new InetSocketAddress(InetAddress.getByAddress(Arrays.copyOfRange(name, 4, 8)), port);
            }
            byte[] ip = Arrays.copyOfRange(name, 8, 24);
            int scope = view.order(ByteOrder.nativeOrder()).getInt(24);
            InetAddress address =
                    scope == 0 ? InetAddress.getByAddress(ip) : Inet6Address.getByAddress(null, ip, scope);
            return new InetSocketAddress(address, port);
        } catch (UnknownHostException e) {
            throw new IllegalStateException(e);
        }
    }
}
