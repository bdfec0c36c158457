package dev.weir.webrtc.net;

import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * Collects datagrams of one socket in trains, which are to one peer and of one size but for a shorter last one, and gives many
 * trains to the kernel in one call: a train is one pass through it (UDP segmentation offload), which costs a third or less of as
 * many passes, and trains one behind the other find its code in the cache, as whoever fills them then finds his. One for all
 * sockets of a loop; the loop calls {@link #flush} before it waits. One thread.
 *
 * <p>Where a device or path refuses a train, its datagrams leave one by one.
 */
final class DatagramTrains {
    static final int MAX_DATAGRAMS = 16;
    /** Larger than any datagram of WebRTC. */
    static final int MAX_DATAGRAM_BYTES = 2_048;

    /** In one call. */
    static final int MAX_TRAINS = 32;

    private static final int DATA_BYTES = 96 * 1_024;

    private final LoopCounters counters;
    private final NativeBuffer data = new NativeBuffer(DATA_BYTES);
    private final SocketMessage[] messages = SocketMessage.rowOver(MAX_TRAINS, data);
    private final Remote[] remotes = new Remote[MAX_TRAINS];
    private final int[] offsets = new int[MAX_TRAINS];
    private final int[] counts = new int[MAX_TRAINS];
    private final int[] segments = new int[MAX_TRAINS];

    private @Nullable UdpSocket socket;
    /** Trains, of which the last may still grow. */
    private int trains;

    private int end;

    DatagramTrains(LoopCounters counters) {
        this.counters = counters;
    }

    /** Takes a copy of {@code datagram}, at most {@link #MAX_DATAGRAM_BYTES} long; sends what there is no room beside. */
    void add(ByteBuffer datagram, UdpSocket from, Remote to) {
        int size = datagram.remaining();
        if (from != socket || end + size > DATA_BYTES) {
            flush();
            socket = from;
        }
        if (trains == 0 || !isNext(size, from, to)) {
            begin(size, from, to);
        }
        data.bytes.put(end, datagram.array(), datagram.arrayOffset() + datagram.position(), size);
        end += size;
        counts[trains - 1]++;
    }

    private boolean isNext(int size, UdpSocket from, Remote to) {
        int last = trains - 1;
        boolean lastWasShorter = end - offsets[last] != counts[last] * segments[last];
        return to == remotes[last]
                && size <= segments[last]
                && !lastWasShorter
                && from.segments()
                && counts[last] < MAX_DATAGRAMS;
    }

    private void begin(int size, UdpSocket from, Remote to) {
        if (trains == MAX_TRAINS) {
            flush();
            socket = from;
        }
        remotes[trains] = to;
        offsets[trains] = end;
        counts[trains] = 0;
        segments[trains] = size;
        trains++;
    }

    /** Sends what was added. */
    void flush() {
        UdpSocket from = socket;
        if (trains > 0 && from != null) {
            if (trains == 1 && counts[0] == 1) {
                // The channel does this with less around it than JNA.
                from.sendAlone(data.bytes.limit(end), end, remotes[0].address);
                data.bytes.clear();
            } else {
                sendAll(from);
            }
        }
        trains = 0;
        end = 0;
        socket = null;
    }

    private void sendAll(UdpSocket from) {
        for (int i = 0; i < trains; i++) {
            messages[i].setName(remotes[i].name);
            messages[i].setOutgoing(offsets[i], length(i), counts[i] > 1 ? segments[i] : 0);
        }
        for (int first = 0; first < trains; ) {
            LoopCounters.add(counters.sendCalls, 1);
            int sent = LibC.sendmmsg(from.descriptor(), messages[first].address(), trains - first, 0);
            for (int i = 0; i < sent; i++) {
                LoopCounters.add(counters.trainsSent, 1);
                LoopCounters.add(counters.datagramsSent, counts[first + i]);
                LoopCounters.add(counters.bytesSent, length(first + i));
            }
            first += Math.max(0, sent);
            if (first < trains && sent <= 0) {
                onRefused(first, from);
                first++;
            }
        }
    }

    private int length(int train) {
        return (train + 1 < trains ? offsets[train + 1] : end) - offsets[train];
    }

    /** The first train of a call did not go. */
    private void onRefused(int train, UdpSocket from) {
        int error = LibC.error();
        boolean deviceRefuses = error == LibC.EIO || error == LibC.EOPNOTSUPP;
        if (counts[train] > 1 && (deviceRefuses || error == LibC.EINVAL || error == LibC.EMSGSIZE)) {
            LoopCounters.add(counters.trainsRefused, 1);
            if (deviceRefuses) {
                from.segmentNoMore();
            }
            sendOneByOne(train, from);
        } else {
            // Unreachable network, a firewall's refusal, or a full buffer: as good as lost.
            LoopCounters.add(counters.sendsDropped, counts[train]);
        }
    }

    private void sendOneByOne(int train, UdpSocket from) {
        int until = offsets[train] + length(train);
        for (int offset = offsets[train]; offset < until; offset += segments[train]) {
            int size = Math.min(segments[train], until - offset);
            messages[train].setOutgoing(offset, size, 0);
            LoopCounters.add(counters.sendCalls, 1);
            if (LibC.sendmsg(from.descriptor(), messages[train].address(), 0) == size) {
                LoopCounters.add(counters.trainsSent, 1);
                LoopCounters.add(counters.datagramsSent, 1);
                LoopCounters.add(counters.bytesSent, size);
            } else {
                LoopCounters.add(counters.sendsDropped, 1);
            }
        }
    }
}
