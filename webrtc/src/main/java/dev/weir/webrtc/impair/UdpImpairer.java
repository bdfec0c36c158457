package dev.weir.webrtc.impair;

import java.io.Closeable;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedSelectorException;
import java.nio.channels.DatagramChannel;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.util.Comparator;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.Queue;
import java.util.SplittableRandom;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.jspecify.annotations.Nullable;

/**
 * A bad network between UDP clients and one server, for tests and trials: what clients send to its address goes on to the
 * server from a port of their own, as behind a NAT, and back, each direction over an {@link ImpairedPath}. Arrivals are late
 * by up to 1 ms. One thread of its own; the methods may be called from any.
 */
public final class UdpImpairer implements AutoCloseable {
    private static final int MAX_CLIENTS = 64;
    private static final int MAX_WAITING = 32_768;
    private static final int MAX_DATAGRAM = 65_535;
    private static final int SOCKET_BUFFER = 4 << 20;

    /**
     * What went through so far.
     *
     * @param toServer datagrams of clients
     * @param toServerLost those of them that the server did not get
     * @param toClients datagrams of the server
     * @param toClientsLost those of them that no client got
     * @param rebindings changes of a client's port
     */
    public record Counts(long toServer, long toServerLost, long toClients, long toClientsLost, long rebindings) {}

    private record Delivery(
            long atNanos, long order, ByteBuffer datagram, DatagramChannel channel, SocketAddress destination) {}

    /** A client and the port by which the server knows it. */
    private final class Client {
        private final SocketAddress address;
        private final ImpairedPath up = new ImpairedPath(toServer, random.split(), System.nanoTime());
        private final ImpairedPath down = new ImpairedPath(toClients, random.split(), System.nanoTime());
        private DatagramChannel port;

        Client(SocketAddress address) throws IOException {
            this.address = address;
            this.port = openPort();
        }

        private DatagramChannel openPort() throws IOException {
            DatagramChannel opened = open();
            opened.connect(server);
            opened.register(selector, SelectionKey.OP_READ, this);
            return opened;
        }

        /** Gets another port, as when a NAT loses its table. */
        void rebind() throws IOException {
            DatagramChannel former = port;
            port = openPort();
            former.close();
        }
    }

    private final DatagramChannel outside;
    private final InetSocketAddress address;
    private final InetSocketAddress server;
    private final SplittableRandom random;
    private final Selector selector;
    private final Thread thread;
    private final Queue<Command> commands = new ConcurrentLinkedQueue<>();
    private final PriorityQueue<Delivery> waiting =
            new PriorityQueue<>(Comparator.comparingLong(Delivery::atNanos).thenComparingLong(Delivery::order));
    private final ByteBuffer buffer = ByteBuffer.allocateDirect(MAX_DATAGRAM);
    private final Map<SocketAddress, Client> clients = new LinkedHashMap<>(16, 0.75f, true);
    private PathConditions toServer;
    private PathConditions toClients;
    private long order;
    private long upSent;
    private long upLost;
    private long downSent;
    private long downLost;
    private long rebindings;
    private volatile Counts counts = new Counts(0, 0, 0, 0, 0);
    private volatile boolean closed;

    private interface Command {
        void run() throws IOException;
    }

    private UdpImpairer(
            InetSocketAddress listen,
            InetSocketAddress server,
            long seed,
            PathConditions toServer,
            PathConditions toClients)
            throws IOException {
        this.server = server;
        this.random = new SplittableRandom(seed);
        this.toServer = toServer;
        this.toClients = toClients;
        this.selector = Selector.open();
        this.outside = open();
        outside.bind(listen);
        outside.register(selector, SelectionKey.OP_READ);
        this.address = (InetSocketAddress) outside.getLocalAddress();
        this.thread = new Thread(this::run, "impairer");
        thread.setDaemon(true);
    }

    /**
     * Opens {@code listen} (port 0 = any) and begins.
     *
     * @throws IOException when the address is taken or not of this machine
     */
    public static UdpImpairer start(
            InetSocketAddress listen,
            InetSocketAddress server,
            long seed,
            PathConditions toServer,
            PathConditions toClients)
            throws IOException {
        UdpImpairer impairer = new UdpImpairer(listen, server, seed, toServer, toClients);
        impairer.thread.start();
        return impairer;
    }

    private static DatagramChannel open() throws IOException {
        DatagramChannel channel = DatagramChannel.open();
        channel.configureBlocking(false);
        channel.setOption(StandardSocketOptions.SO_RCVBUF, SOCKET_BUFFER);
        channel.setOption(StandardSocketOptions.SO_SNDBUF, SOCKET_BUFFER);
        return channel;
    }

    /** Returns where clients send to. */
    public InetSocketAddress address() {
        return address;
    }

    /** Returns what went through so far. */
    public Counts counts() {
        return counts;
    }

    /** Changes what happens to datagrams that come from now on. */
    public void change(PathConditions up, PathConditions down) {
        command(() -> {
            toServer = up;
            toClients = down;
            for (Client client : clients.values()) {
                client.up.change(up);
                client.down.change(down);
            }
        });
    }

    /** Gives every client another port towards the server, as when a NAT loses its table. */
    public void rebind() {
        command(() -> {
            for (Client client : clients.values()) {
                client.rebind();
                rebindings++;
            }
        });
    }

    private void command(Command command) {
        commands.add(command);
        selector.wakeup();
    }

    private void run() {
        try {
            while (!closed) {
                runCommands();
                select();
                for (Iterator<SelectionKey> keys = selector.selectedKeys().iterator(); keys.hasNext(); ) {
                    SelectionKey key = keys.next();
                    keys.remove();
                    if (key.isValid()) {
                        read((DatagramChannel) key.channel(), (@Nullable Client) key.attachment());
                    }
                }
                deliver();
                counts = new Counts(upSent, upLost, downSent, downLost, rebindings);
            }
        } catch (IOException | ClosedSelectorException e) {
            if (!closed) {
                throw new IllegalStateException("the impairer lost its sockets", e);
            }
        } finally {
            closeAll();
        }
    }

    private void runCommands() throws IOException {
        for (Command command = commands.poll(); command != null; command = commands.poll()) {
            command.run();
        }
    }

    private void select() throws IOException {
        Delivery next = waiting.peek();
        if (next == null) {
            selector.select();
            return;
        }
        long nanos = next.atNanos - System.nanoTime();
        if (nanos <= 0) {
            selector.selectNow();
        } else {
            selector.select(Math.max(1, nanos / 1_000_000));
        }
    }

    private void read(DatagramChannel channel, @Nullable Client client) throws IOException {
        while (true) {
            buffer.clear();
            SocketAddress source = receive(channel);
            if (source == null) {
                return;
            }
            // What was commanded before this datagram was sent holds for it.
            runCommands();
            ByteBuffer datagram =
                    ByteBuffer.allocate(buffer.flip().remaining()).put(buffer).flip();
            long now = System.nanoTime();
            if (client == null) {
                Client sender = client(source);
                upSent++;
                int copies = sender.up.send(datagram.remaining(), now);
                upLost += enqueue(datagram, sender.up, copies, sender.port, server);
            } else {
                downSent++;
                int copies = client.down.send(datagram.remaining(), now);
                downLost += enqueue(datagram, client.down, copies, outside, client.address);
            }
        }
    }

    /** A port that is not open over there (ICMP) is loss, not the end. */
    private @Nullable SocketAddress receive(DatagramChannel channel) {
        try {
            return channel.receive(buffer);
        } catch (IOException unreachable) {
            return null;
        }
    }

    private Client client(SocketAddress source) throws IOException {
        Client known = clients.get(source);
        if (known != null) {
            return known;
        }
        if (clients.size() == MAX_CLIENTS) {
            Iterator<Client> longestSilent = clients.values().iterator();
            longestSilent.next().port.close();
            longestSilent.remove();
        }
        Client created = new Client(source);
        clients.put(source, created);
        return created;
    }

    /** Returns how many datagrams were lost: 1 or 0. */
    private int enqueue(
            ByteBuffer datagram, ImpairedPath path, int copies, DatagramChannel channel, SocketAddress destination) {
        if (copies == 0 || waiting.size() + copies > MAX_WAITING) {
            return 1;
        }
        for (int i = 0; i < copies; i++) {
            waiting.add(new Delivery(path.arrivalNanos(i), order++, datagram.duplicate(), channel, destination));
        }
        return 0;
    }

    private void deliver() {
        long now = System.nanoTime();
        for (Delivery next = waiting.peek(); next != null && next.atNanos - now <= 0; next = waiting.peek()) {
            transmit(waiting.remove());
        }
    }

    private static void transmit(Delivery due) {
        try {
            int unused = due.channel.send(due.datagram, due.destination);
        } catch (IOException lost) {
            return; // The port was replaced meanwhile, or nobody listens over there.
        }
    }

    private void closeAll() {
        closeQuietly(outside);
        clients.values().forEach(client -> closeQuietly(client.port));
        closeQuietly(selector);
    }

    private static void closeQuietly(Closeable resource) {
        try {
            resource.close();
        } catch (IOException e) {
            return; // It is given up anyway.
        }
    }

    @Override
    public void close() {
        closed = true;
        selector.wakeup();
        try {
            thread.join(5_000);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
