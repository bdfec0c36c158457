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
 * Reads datagrams, many by one call: several peers' at a time, and of one peer all that the kernel holds in a row (UDP receive
 * offload). One for all sockets of a loop; no allocation for peers that are heard of often. One thread.
 */
final class Arrivals {
    /** Most rows by one call. */
    static final int MOST_ROWS = 8;

    private static final int MAX_BYTES = 65_536;
    /** Addresses that are remembered: a power of two. */
    private static final int REMEMBERED = 1_024;

    private final NativeBuffer data = new NativeBuffer(MOST_ROWS * MAX_BYTES);
    private final SocketMessage[] messages = SocketMessage.row(MOST_ROWS, data);
    private final LoopCounters counters;
    private final byte[] name = new byte[SocketMessage.NAME_LENGTH];
    private final byte[][] names = new byte[REMEMBERED][];
    private final @Nullable InetSocketAddress[] addresses = new InetSocketAddress[REMEMBERED];
    /** Rows that the last call brought, and the one that is taken apart. */
    private int rows;

    private int row = -1;
    private boolean drained;
    private @Nullable InetSocketAddress source;
    private int offset;
    private int length;
    private int segment;

    Arrivals(LoopCounters counters) {
        this.counters = counters;
    }

    /** Forgets what is left of another socket's rows. */
    void clear() {
        offset = length;
        row = rows;
        drained = false;
    }

    /** Returns whether a part of what was read is still to be taken. */
    boolean hasMore() {
        return offset < length || row + 1 < rows;
    }

    /**
     * Puts the next datagram into {@code target}, flipped, cut to its limit; null = nothing there. Reads {@code wanted} rows
     * at most when none is left; fewer than that were all.
     */
    @Nullable
    InetSocketAddress next(int descriptor, ByteBuffer target, int limit, int wanted) {
        if (offset >= length && !advance() && !read(descriptor, Math.min(wanted, MOST_ROWS))) {
            return null;
        }
        int size = Math.min(segment, length - offset);
        int kept = Math.min(size, limit);
        target.clear();
        data.bytes.get(row * MAX_BYTES + offset, target.array(), target.arrayOffset(), kept);
        target.limit(kept);
        offset += Math.max(1, size);
        return source;
    }

    private boolean read(int descriptor, int wanted) {
        rows = 0;
        row = -1;
        if (drained) {
            return false;
        }
        for (int i = 0; i < wanted; i++) {
            messages[i].setIncoming();
        }
        LoopCounters.add(counters.receiveCalls, 1);
        rows = Math.max(0, LibC.recvmmsg(descriptor, messages[0].address(), wanted, LibC.MSG_DONTWAIT, 0));
        drained = rows < wanted;
        return advance();
    }

    private boolean advance() {
        if (row + 1 >= rows) {
            return false;
        }
        row++;
        SocketMessage message = messages[row];
        int received = message.received();
        int told = message.incomingSegment();
        offset = 0;
        // An empty datagram is a datagram too.
        length = Math.max(1, received);
        segment = received == 0 ? 0 : told > 0 ? told : received;
        source = address(message);
        return true;
    }

    private @Nullable InetSocketAddress address(SocketMessage message) {
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
