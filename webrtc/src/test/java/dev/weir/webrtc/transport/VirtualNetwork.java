package dev.weir.webrtc.transport;

import dev.weir.webrtc.dtls.HandshakeExecutor;
import dev.weir.webrtc.ice.FiveTuple;
import dev.weir.webrtc.impair.ImpairedPath;
import dev.weir.webrtc.impair.PathConditions;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.Queue;
import java.util.SplittableRandom;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.BooleanSupplier;
import java.util.function.Predicate;

/**
 * Runs endpoints in virtual time over a network that loses, delays, reorders and duplicates by a seed. One thread; what
 * handshakes do on theirs happens while it waits.
 */
public final class VirtualNetwork {
    /** A path that is as it should be. */
    public static final PathConditions CLEAN = PathConditions.clean(Duration.ofMillis(5));

    /** One that is not. */
    public static final PathConditions BAD_WIFI =
            CLEAN.withLoss(0.15, 1).withJitter(Duration.ofMillis(55)).withDisorder(0.3, 0.05);

    private static final int ROOM = 64;

    private record Event(long atNanos, long order, Runnable action) {}

    private final long seed;
    private final SplittableRandom random;
    private final VirtualHandshakes handshakes = new VirtualHandshakes();
    private final PriorityQueue<Event> events =
            new PriorityQueue<>(Comparator.comparingLong(Event::atNanos).thenComparingLong(Event::order));
    private final Queue<Runnable> tasks = new ConcurrentLinkedQueue<>();
    private final Map<InetSocketAddress, Host> byAddress = new HashMap<>();
    private final List<Host> hosts = new ArrayList<>();
    private final Map<InetSocketAddress, ImpairedPath> paths = new HashMap<>();
    private PathConditions conditions;
    private Predicate<byte[]> censor = datagram -> false;
    private long nowNanos = 1_000_000_000L;
    private long order;

    public VirtualNetwork(long seed, PathConditions conditions) {
        this.seed = seed;
        this.random = new SplittableRandom(seed);
        this.conditions = conditions;
        handshakes.advance(nowNanos);
    }

    /** Returns what a failing assertion should say. */
    public String describe() {
        return "seed " + seed + ", virtual time " + nowNanos / 1_000_000 + " ms";
    }

    public long nowNanos() {
        return nowNanos;
    }

    public HandshakeExecutor handshakes() {
        return handshakes;
    }

    public void impair(PathConditions next) {
        conditions = next;
        paths.values().forEach(path -> path.change(next));
    }

    /** Loses every datagram that {@code next} accepts. */
    public void censor(Predicate<byte[]> next) {
        censor = next;
    }

    /** Puts {@code endpoint} on the network at {@code address}. */
    public Host add(String address, int port, Endpoint endpoint) {
        Host host = new Host(new InetSocketAddress(address, port), endpoint);
        hosts.add(host);
        byAddress.put(host.address, host);
        endpoint.attach(host, nowNanos);
        return host;
    }

    public void schedule(long delayNanos, Runnable action) {
        events.add(new Event(nowNanos + delayNanos, order++, action));
    }

    /** Lets {@code durationNanos} pass. */
    public void run(long durationNanos) {
        runUntil(() -> false, durationNanos);
    }

    /** Runs until {@code condition}, at most {@code limitNanos} of virtual time; returns whether it holds. */
    public boolean runUntil(BooleanSupplier condition, long limitNanos) {
        long end = nowNanos + limitNanos;
        while (true) {
            settle();
            if (condition.getAsBoolean()) {
                return true;
            }
            long next = nextNanos();
            if (next > end) {
                advance(end);
                return false;
            }
            advance(Math.max(nowNanos, next));
            step();
        }
    }

    private void settle() {
        do {
            handshakes.settle();
            Runnable task = tasks.poll();
            while (task != null) {
                task.run();
                task = tasks.poll();
            }
            handshakes.settle();
        } while (!tasks.isEmpty());
    }

    private long nextNanos() {
        long next = handshakes.nextDeadlineNanos();
        if (!events.isEmpty()) {
            next = Math.min(next, events.element().atNanos);
        }
        for (Host host : hosts) {
            next = Math.min(next, host.nextDeadlineNanos());
        }
        return next;
    }

    private void advance(long toNanos) {
        nowNanos = toNanos;
        handshakes.advance(toNanos);
    }

    private void step() {
        if (!events.isEmpty() && events.element().atNanos <= nowNanos) {
            events.remove().action.run();
            return;
        }
        handshakes.expire();
        for (Host host : List.copyOf(hosts)) {
            if (host.nextDeadlineNanos() <= nowNanos) {
                host.endpoint.onTimeout(nowNanos);
            }
        }
    }

    /** Sends {@code bytes} as if from {@code source}, which may be forged. */
    public void inject(InetSocketAddress source, InetSocketAddress destination, byte[] bytes) {
        schedule(0, () -> deliver(source, destination, bytes));
    }

    private void transmit(InetSocketAddress source, InetSocketAddress destination, ByteBuffer datagram) {
        byte[] bytes = new byte[datagram.remaining()];
        datagram.get(datagram.position(), bytes);
        if (censor.test(bytes)) {
            return;
        }
        ImpairedPath path =
                paths.computeIfAbsent(destination, key -> new ImpairedPath(conditions, random.split(), nowNanos));
        int copies = path.send(bytes.length, nowNanos);
        for (int i = 0; i < copies; i++) {
            schedule(path.arrivalNanos(i) - nowNanos, () -> deliver(source, destination, bytes));
        }
    }

    private void deliver(InetSocketAddress source, InetSocketAddress destination, byte[] bytes) {
        Host host = byAddress.get(destination);
        if (host != null && !host.detached) {
            host.received.add(bytes);
            ByteBuffer datagram =
                    ByteBuffer.allocate(bytes.length + ROOM).put(bytes).flip();
            host.endpoint.handle(datagram, new FiveTuple(host.address, source), nowNanos);
        }
    }

    /** One endpoint and its address; behind a NAT once {@link #rebind} was called. */
    public final class Host implements EndpointContext {
        private final InetSocketAddress address;
        private final Endpoint endpoint;
        private final List<byte[]> sent = new ArrayList<>();
        private final List<byte[]> received = new ArrayList<>();
        private InetSocketAddress outside;
        private boolean detached;

        private Host(InetSocketAddress address, Endpoint endpoint) {
            this.address = address;
            this.endpoint = endpoint;
            this.outside = address;
        }

        /** Lets the others see another source from now on, as when a NAT loses its table. */
        public void rebind(String ip, int port) {
            byAddress.remove(outside);
            outside = new InetSocketAddress(ip, port);
            byAddress.put(outside, this);
        }

        public InetSocketAddress address() {
            return address;
        }

        public InetSocketAddress outside() {
            return outside;
        }

        /** Returns every datagram that the endpoint sent, also those that were lost. */
        public List<byte[]> sent() {
            return sent;
        }

        /** Returns every datagram that reached the endpoint. */
        public List<byte[]> received() {
            return received;
        }

        public boolean isDetached() {
            return detached;
        }

        private long nextDeadlineNanos() {
            return detached ? Long.MAX_VALUE : endpoint.nextDeadlineNanos();
        }

        @Override
        public long nowNanos() {
            return nowNanos;
        }

        @Override
        public List<InetSocketAddress> localAddresses() {
            return List.of(address);
        }

        @Override
        public boolean claim(FiveTuple path) {
            return true;
        }

        @Override
        public void release(FiveTuple path) {}

        @Override
        public void listen(String localUfrag) {}

        @Override
        public void silence(String localUfrag) {}

        @Override
        public void deadlineChanged() {}

        @Override
        public void detach() {
            detached = true;
        }

        @Override
        public void send(ByteBuffer datagram, FiveTuple path) {
            byte[] bytes = new byte[datagram.remaining()];
            datagram.get(datagram.position(), bytes);
            sent.add(bytes);
            transmit(outside, path.remote(), datagram);
        }

        @Override
        public void execute(Runnable task) {
            tasks.add(task);
        }
    }
}
