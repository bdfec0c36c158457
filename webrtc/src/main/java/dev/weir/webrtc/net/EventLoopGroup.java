package dev.weir.webrtc.net;

import dev.weir.webrtc.dtls.BoundedHandshakes;
import dev.weir.webrtc.dtls.HandshakeExecutor;
import dev.weir.webrtc.transport.WarmUp;
import java.io.IOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.channels.DatagramChannel;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Owns the event loops of a process and the one UDP port that they share. Start and close from any thread. */
public final class EventLoopGroup implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(EventLoopGroup.class);
    private static final int WAITING_HANDSHAKES = 4_096;
    private static final int PORT_ATTEMPTS = 10;

    private final NetConfig config;
    private final Router router = new Router();
    private final ThreadPoolExecutor handshakes;
    private final AtomicInteger turn = new AtomicInteger();
    private volatile List<EventLoop> loops = List.of();
    private final TcpConnections.Admission tcpAdmission = new TcpConnections.Admission();
    private volatile List<InetSocketAddress> addresses = List.of();
    private volatile List<InetSocketAddress> tcpAddresses = List.of();

    public EventLoopGroup(NetConfig config) {
        this.config = config;
        AtomicInteger count = new AtomicInteger();
        handshakes = new ThreadPoolExecutor(
                config.handshakeThreads(),
                config.handshakeThreads(),
                10,
                TimeUnit.SECONDS,
                new LinkedBlockingQueue<>(WAITING_HANDSHAKES),
                task -> {
                    Thread thread = new Thread(task, "weir-handshake-" + count.incrementAndGet());
                    thread.setDaemon(true);
                    return thread;
                });
        handshakes.allowCoreThreadTimeOut(true);
    }

    /**
     * Opens the sockets, starts the threads and warms DTLS up in the background.
     *
     * @throws IOException when an address cannot be bound; nothing is left open then
     */
    public void start() throws IOException {
        List<BoundAddress> bound = bindAddresses();
        BoundedHandshakes bounded = new BoundedHandshakes(handshakes, config.handshakesAtWork());
        List<EventLoop> opened = new ArrayList<>();
        List<DatagramChannel> channels = new ArrayList<>();
        try {
            open(bound, bounded, opened, channels);
            tcpAddresses = openTcp(bound, opened.get(0));
        } catch (IOException | RuntimeException e) {
            for (DatagramChannel channel : channels) {
                channel.close();
            }
            opened.forEach(EventLoop::abandon);
            throw e;
        }
        addresses = bound.stream().map(BoundAddress::address).toList();
        loops = List.copyOf(opened);
        checkBuffer(channels.get(0));
        for (int i = 0; i < opened.size(); i++) {
            opened.get(i).start("weir-loop-" + i);
        }
        handshakes.execute(() -> WarmUp.run(bounded::isUsed));
    }

    private void checkBuffer(DatagramChannel channel) throws IOException {
        int given = channel.getOption(StandardSocketOptions.SO_RCVBUF);
        if (given < config.receiveBufferBytes()) {
            LOG.info(
                    "receive buffer of {} bytes instead of {}: raise net.core.rmem_max if weir_udp_kernel_drops grows",
                    given,
                    config.receiveBufferBytes());
        }
    }

    private void open(
            List<BoundAddress> bound,
            HandshakeExecutor executor,
            List<EventLoop> opened,
            List<DatagramChannel> channels)
            throws IOException {
        boolean shards = false;
        for (int i = 0; i < config.loops(); i++) {
            EventLoop loop = new EventLoop(config, router, executor, tcpAdmission);
            opened.add(loop);
            for (int j = 0; j < bound.size(); j++) {
                if (i > 0 && !shards) {
                    // Without SO_REUSEPORT the first loop receives for all; every loop sends by the same channel.
                    loop.addSocket(channels.get(j), bound.get(j), false);
                    continue;
                }
                boolean shared = config.loops() > 1;
                DatagramChannel channel = openChannel(bound.get(j).address(), shared);
                channels.add(channel);
                shards = shared && channel.supportedOptions().contains(StandardSocketOptions.SO_REUSEPORT);
                loop.addSocket(channel, bound.get(j), true);
            }
        }
    }

    /** The first loop accepts; a connection moves to the loop of its session with its first check. */
    private List<InetSocketAddress> openTcp(List<BoundAddress> bound, EventLoop first) throws IOException {
        if (config.tcpPort().isEmpty()) {
            return List.of();
        }
        List<InetSocketAddress> opened = new ArrayList<>();
        int port = config.tcpPort().getAsInt();
        for (BoundAddress address : bound) {
            InetSocketAddress wanted = new InetSocketAddress(address.address().getAddress(), port);
            try {
                opened.add(first.acceptTcp(wanted));
            } catch (BindException e) {
                throw new BindException(
                        "TCP " + wanted.getAddress().getHostAddress() + ":" + port + ": " + e.getMessage());
            }
            port = opened.get(0).getPort();
        }
        return List.copyOf(opened);
    }

    private DatagramChannel openChannel(InetSocketAddress address, boolean shared) throws IOException {
        try {
            return UdpSocket.open(address, config, shared && supportsReusePort());
        } catch (BindException e) {
            throw unbindable(address, e);
        }
    }

    private static boolean supportsReusePort() throws IOException {
        try (DatagramChannel probe = DatagramChannel.open()) {
            return probe.supportedOptions().contains(StandardSocketOptions.SO_REUSEPORT);
        }
    }

    /** Finds a port that is free on every address; a port that another process holds is refused, reusable or not. */
    private List<BoundAddress> bindAddresses() throws IOException {
        List<InetAddress> ips = BindAddresses.expand(config.bind());
        int port = config.bind().get(0).getPort();
        int attempts = port == 0 ? PORT_ATTEMPTS : 1;
        IOException last = new IOException("no address to bind");
        for (int attempt = 0; attempt < attempts; attempt++) {
            try {
                return probe(ips, port);
            } catch (IOException e) {
                last = e;
            }
        }
        throw last;
    }

    private List<BoundAddress> probe(List<InetAddress> ips, int wantedPort) throws IOException {
        List<BoundAddress> bound = new ArrayList<>();
        int port = wantedPort;
        List<DatagramChannel> probes = new ArrayList<>();
        try {
            for (InetAddress ip : ips) {
                InetSocketAddress address = new InetSocketAddress(ip, port);
                DatagramChannel channel = openProbe(address);
                probes.add(channel);
                port = ((InetSocketAddress) channel.getLocalAddress()).getPort();
                bound.add(new BoundAddress(new InetSocketAddress(ip, port)));
            }
        } finally {
            for (DatagramChannel channel : probes) {
                channel.close();
            }
        }
        if (bound.isEmpty()) {
            throw new IOException("no network interface has an address to bind");
        }
        return bound;
    }

    private DatagramChannel openProbe(InetSocketAddress address) throws IOException {
        try {
            return UdpSocket.open(address, config, false);
        } catch (BindException e) {
            throw unbindable(address, e);
        }
    }

    private static IOException unbindable(InetSocketAddress address, BindException cause) {
        String where = address.getAddress().getHostAddress() + ":" + address.getPort();
        IOException named = new BindException("cannot bind UDP " + where + ": " + cause.getMessage());
        named.initCause(cause);
        return named;
    }

    /** Returns the first address that is bound. */
    public InetSocketAddress localAddress() {
        return addresses.get(0);
    }

    /** Returns every address that is bound, in order of preference; they have one port. */
    public List<InetSocketAddress> localAddresses() {
        return addresses;
    }

    /** Returns every address that takes TCP connections, in the order of {@link #localAddresses}; empty without TCP. */
    public List<InetSocketAddress> tcpAddresses() {
        return tcpAddresses;
    }

    /** Returns the loop for the next session, in turn. */
    public EventLoop next() {
        List<EventLoop> all = loops;
        return all.get(Math.floorMod(turn.getAndIncrement(), all.size()));
    }

    /** Returns all loops. */
    public List<EventLoop> loops() {
        return loops;
    }

    /**
     * Returns how datagrams are sent: {@code gso} = several to a peer by one call, {@code nio} = one by one, with the reason
     * in brackets.
     */
    public String sendPath() {
        if (config.portableSockets()) {
            return "nio (as configured)";
        }
        SegmentationOffload offload = SegmentationOffload.ofThisMachine();
        return offload.works() ? "gso" : "nio (" + offload.obstacle() + ")";
    }

    /**
     * Returns how many datagrams the kernel dropped because the receive buffers of the shared port were full, 0 where it does
     * not tell. Reads a table of all sockets: once per scrape, not per packet.
     */
    public long kernelDrops() {
        return addresses.isEmpty() ? 0 : KernelDrops.of(Set.of(localAddress().getPort()));
    }

    /** Returns the same for the sockets of clients that are open now: what this process lost, and no server. */
    public long clientKernelDrops() {
        Set<Integer> ports = new HashSet<>();
        for (EventLoop loop : loops) {
            ports.addAll(loop.clientPorts());
        }
        return KernelDrops.of(ports);
    }

    /**
     * Returns how long what was asked for by {@link EventLoop#turnEnd} took from there until its datagrams were sent, of all
     * loops: for viewers of a stream, from the reading of the packet that waited longest.
     */
    public DurationHistogram forwarding() {
        DurationHistogram sum = new DurationHistogram();
        for (EventLoop loop : loops) {
            sum.addAll(loop.forwarding());
        }
        return sum;
    }

    /** Returns the counters of all loops, summed. */
    public NetStats stats() {
        NetStats sum = NetStats.NONE;
        for (EventLoop loop : loops) {
            sum = loop.counters().plus(sum);
        }
        return sum;
    }

    /** Closes the endpoints, then the sockets, and waits for the threads. Idempotent. */
    @Override
    public void close() {
        for (EventLoop loop : loops) {
            loop.close();
        }
        handshakes.shutdownNow();
        try {
            for (EventLoop loop : loops) {
                loop.join();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
