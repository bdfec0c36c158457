package dev.weir.webrtc.net;

import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * Collects datagrams from one socket to one peer, all of one size but for a shorter last one, and gives them to the kernel in
 * one call (UDP segmentation offload), which costs a third or less of as many calls. One for all sockets of a loop; the loop
 * calls {@link #flush} before it waits. One thread.
 *
 * <p>Where a device or path refuses such a train, its datagrams leave one by one.
 */
final class DatagramTrain {
    static final int MAX_DATAGRAMS = 16;
    /** Larger than any datagram of WebRTC. */
    static final int MAX_DATAGRAM_BYTES = 2_048;

    private final LoopCounters counters;
    private final NativeBuffer data = new NativeBuffer(MAX_DATAGRAMS * MAX_DATAGRAM_BYTES);
    private final SocketMessage message = SocketMessage.row(1, data).get(0);

    private @Nullable UdpSocket socket;
    private @Nullable Remote remote;
    private int count;
    private int segment;
    private int length;

    DatagramTrain(LoopCounters counters) {
        this.counters = counters;
    }

    /** Takes a copy of {@code datagram}, at most {@link #MAX_DATAGRAM_BYTES} long; sends what cannot wait with it. */
    void add(ByteBuffer datagram, UdpSocket from, Remote to) {
        int size = datagram.remaining();
        if (count > 0 && !isNext(size, from, to)) {
            flush();
        }
        if (count == 0) {
            begin(size, from, to);
        }
        data.bytes.put(length, datagram.array(), datagram.arrayOffset() + datagram.position(), size);
        length += size;
        count++;
    }

    private boolean isNext(int size, UdpSocket from, Remote to) {
        boolean lastWasShorter = length != count * segment;
        return to == remote && from == socket && size <= segment && !lastWasShorter && count < MAX_DATAGRAMS;
    }

    private void begin(int size, UdpSocket from, Remote to) {
        segment = size;
        socket = from;
        if (to != remote) {
            remote = to;
            message.setName(to.name);
        }
    }

    /** Sends what was added. */
    void flush() {
        UdpSocket from = socket;
        if (count == 0 || from == null) {
            return;
        }
        if (count == 1 && remote != null) {
            // The channel does this with less around it than JNA.
            from.sendAlone(data.bytes.limit(length), length, remote.address);
            data.bytes.clear();
        } else if (!from.segments()) {
            sendOneByOne(from);
        } else {
            sendAtOnce(from);
        }
        count = 0;
        length = 0;
        socket = null;
    }

    private void sendAtOnce(UdpSocket from) {
        LoopCounters.add(counters.sendCalls, 1);
        message.setOutgoing(0, length, segment);
        if (LibC.sendmsg(from.descriptor(), message.address(), 0) >= 0) {
            LoopCounters.add(counters.datagramsSent, count);
            LoopCounters.add(counters.bytesSent, length);
            return;
        }
        int error = LibC.error();
        boolean deviceRefuses = error == LibC.EIO || error == LibC.EOPNOTSUPP;
        if (deviceRefuses || error == LibC.EINVAL || error == LibC.EMSGSIZE) {
            LoopCounters.add(counters.trainsRefused, 1);
            if (deviceRefuses) {
                from.segmentNoMore();
            }
            sendOneByOne(from);
        } else {
            LoopCounters.add(counters.sendsDropped, count);
        }
    }

    private void sendOneByOne(UdpSocket from) {
        for (int offset = 0; offset < length; offset += segment) {
            int size = Math.min(segment, length - offset);
            message.setOutgoing(offset, size, 0);
            LoopCounters.add(counters.sendCalls, 1);
            if (LibC.sendmsg(from.descriptor(), message.address(), 0) == size) {
                LoopCounters.add(counters.datagramsSent, 1);
                LoopCounters.add(counters.bytesSent, size);
            } else {
                // Unreachable network, a firewall's refusal, or a full buffer: as good as lost.
                LoopCounters.add(counters.sendsDropped, 1);
            }
        }
    }
}
