package dev.weir.webrtc.net;

import java.io.IOException;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardProtocolFamily;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import org.jspecify.annotations.Nullable;

/** Sends and receives on one non-blocking UDP channel for one loop. */
final class UdpSocket {
    /** Larger than any datagram of WebRTC. */
    private static final int BUFFER_BYTES = DatagramTrains.MAX_DATAGRAM_BYTES;

    private static final int NO_DESCRIPTOR = -1;

    private final DatagramChannel channel;
    private final BoundAddress bound;
    private final LoopCounters counters;
    /** Set when the socket serves one client endpoint only. */
    private final @Nullable Attachment client;
    /** Null where datagrams go by the channel, one by one. */
    private final @Nullable DatagramTrains trains;

    private final int family;
    private final ByteBuffer out;
    private int descriptor;
    private boolean segments = true;
    /** Whom the last datagram was for: packets of one peer mostly follow one another. */
    private @Nullable InetSocketAddress lastSource;

    private @Nullable Route lastRoute;
    private int lastChanges;

    /** Sends and receives by {@code channel}, datagram by datagram; runs everywhere. */
    UdpSocket(DatagramChannel channel, BoundAddress bound, LoopCounters counters, @Nullable Attachment client) {
        this(channel, bound, counters, client, null, NO_DESCRIPTOR);
    }

    /** Sends by {@code trains}; {@code descriptor} is that of {@code channel}. */
    UdpSocket(
            DatagramChannel channel,
            BoundAddress bound,
            LoopCounters counters,
            @Nullable Attachment client,
            @Nullable DatagramTrains trains,
            int descriptor) {
        this.channel = channel;
        this.bound = bound;
        this.counters = counters;
        this.client = client;
        this.trains = trains;
        this.descriptor = descriptor;
        this.family = trains == null ? Remote.AF_INET6 : SegmentationOffload.familyOf(descriptor);
        this.out = trains == null ? ByteBuffer.allocateDirect(BUFFER_BYTES) : ByteBuffer.allocate(0);
    }

    /** Opens a non-blocking channel bound to {@code address}; {@code shared} = other sockets may bind there too. */
    static DatagramChannel open(InetSocketAddress address, NetConfig config, boolean shared) throws IOException {
        InetAddress ip = address.getAddress();
        DatagramChannel channel = DatagramChannel.open(
                ip instanceof Inet6Address ? StandardProtocolFamily.INET6 : StandardProtocolFamily.INET);
        return bind(channel, address, config, shared);
    }

    /** Opens a non-blocking channel on an ephemeral port that reaches every family that this host has. */
    static DatagramChannel openEphemeral(NetConfig config) throws IOException {
        return bind(DatagramChannel.open(), new InetSocketAddress(0), config, false);
    }

    private static DatagramChannel bind(
            DatagramChannel channel, InetSocketAddress address, NetConfig config, boolean shared) throws IOException {
        try {
            channel.configureBlocking(false);
            channel.setOption(StandardSocketOptions.SO_RCVBUF, config.receiveBufferBytes());
            channel.setOption(StandardSocketOptions.SO_SNDBUF, config.sendBufferBytes());
            if (shared) {
                channel.setOption(StandardSocketOptions.SO_REUSEPORT, true);
            }
            return channel.bind(address);
        } catch (IOException | RuntimeException e) {
            channel.close();
            throw e;
        }
    }

    DatagramChannel channel() {
        return channel;
    }

    BoundAddress bound() {
        return bound;
    }

    /** Returns who claimed what comes from {@code source}, without a look into the table while the same peer goes on. */
    @Nullable
    Route route(InetSocketAddress source) {
        int changes = bound.changes();
        if (changes != lastChanges || !source.equals(lastSource)) {
            lastRoute = bound.route(source);
            lastSource = source;
            lastChanges = changes;
        }
        return lastRoute;
    }

    @Nullable
    Attachment client() {
        return client;
    }

    /** Returns the descriptor while the socket is open. */
    int descriptor() {
        return descriptor;
    }

    /** Returns whether the kernel takes trains here. */
    boolean segments() {
        return segments;
    }

    void segmentNoMore() {
        segments = false;
    }

    /** Prepares to send to {@code address}. */
    Remote remote(InetSocketAddress address) {
        return Remote.of(address, family);
    }

    /**
     * Receives into {@code buffer}, flipped; null = nothing there. {@code arrivals} is that of a loop with trains, and may take
     * {@code rows} from the kernel.
     */
    @Nullable
    InetSocketAddress receive(ByteBuffer buffer, @Nullable Arrivals arrivals, int rows) throws IOException {
        InetSocketAddress source;
        if (arrivals != null && descriptor != NO_DESCRIPTOR) {
            source = arrivals.next(descriptor, buffer, BUFFER_BYTES, rows);
        } else {
            LoopCounters.add(counters.receiveCalls, 1);
            buffer.clear().limit(BUFFER_BYTES);
            source = channel.isOpen() ? (InetSocketAddress) channel.receive(buffer) : null;
            buffer.flip();
        }
        if (source != null) {
            LoopCounters.add(counters.datagramsReceived, 1);
            LoopCounters.add(counters.bytesReceived, buffer.remaining());
        }
        return source;
    }

    /** Sends {@code datagram}, now or when the loop flushes its train. */
    void send(ByteBuffer datagram, Remote remote) {
        int length = datagram.remaining();
        if (length > BUFFER_BYTES || remote.name.length == 0) {
            LoopCounters.add(counters.sendsDropped, 1);
        } else if (trains == null) {
            out.clear();
            out.put(datagram.array(), datagram.arrayOffset() + datagram.position(), length)
                    .flip();
            sendAlone(out, length, remote.address);
        } else if (descriptor == NO_DESCRIPTOR) {
            LoopCounters.add(counters.sendsDropped, 1);
        } else {
            trains.add(datagram, this, remote);
        }
    }

    /** Sends one datagram at once by the channel; {@code datagram} is direct. */
    void sendAlone(ByteBuffer datagram, int length, InetSocketAddress remote) {
        LoopCounters.add(counters.sendCalls, 1);
        if (trySend(datagram, remote) == length) {
            LoopCounters.add(counters.trainsSent, 1);
            LoopCounters.add(counters.datagramsSent, 1);
            LoopCounters.add(counters.bytesSent, length);
        } else {
            LoopCounters.add(counters.sendsDropped, 1);
        }
    }

    private int trySend(ByteBuffer datagram, InetSocketAddress remote) {
        try {
            return channel.send(datagram, remote);
        } catch (IOException | RuntimeException e) {
            // Unreachable network, a firewall's refusal, or an address that the family cannot reach: as good as lost.
            return 0;
        }
    }

    /** Sends what waits first. */
    void close() {
        if (trains != null) {
            trains.flush();
            descriptor = NO_DESCRIPTOR;
        }
        try {
            channel.close();
        } catch (IOException e) {
            // nothing left to release
            LoopCounters.add(counters.sendsDropped, 0);
        }
    }
}
