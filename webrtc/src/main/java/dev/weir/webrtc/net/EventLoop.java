package dev.weir.webrtc.net;

import dev.weir.webrtc.dtls.HandshakeExecutor;
import dev.weir.webrtc.ice.FiveTuple;
import dev.weir.webrtc.transport.Endpoint;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Drives endpoints from one thread: sockets, timers, tasks. Sessions live on one loop for life. */
public final class EventLoop implements Executor {
    private static final Logger LOG = LoggerFactory.getLogger(EventLoop.class);

    /** Most datagrams of one socket, or handed over, in one turn, so that timers and tasks get theirs under flood. */
    private static final int READ_BUDGET = 64;

    /** Most packets to viewers that reading may bring about before it pauses; they take about a millisecond to send. */
    private static final int FAN_OUT_BUDGET = 2_048;

    /** Most time for tasks in a turn, and for timers: media waits for a few sessions' chores, not for those of all. */
    private static final long CHORE_NANOS = 1_000_000;

    private static final int LAST_CHORES = 1_000;

    private static final long NOBODY = Long.MIN_VALUE;
    private static final int HAND_OVER_CAPACITY = 4_096;
    private static final int BUFFER_BYTES = 4_096;
    private static final long IDLE_NANOS = 1_000_000_000L;

    private final NetConfig config;
    private final Router router;
    private final HandshakeExecutor handshakes;
    private final Selector selector;
    private final LoopCounters counters = new LoopCounters();
    private final Queue<Runnable> tasks = new ConcurrentLinkedQueue<>();
    private final Queue<HandedOver> handedOver = new ArrayBlockingQueue<>(HAND_OVER_CAPACITY);
    private final AtomicReference<@Nullable TurnEnd> foreignTurnEnds = new AtomicReference<>();
    private final AtomicBoolean wakeUpPending = new AtomicBoolean();
    private volatile boolean closing;
    private volatile @Nullable Thread thread;
    private volatile List<UdpSocket> sockets = List.of();

    // On the loop only.
    private final TimerWheel timers = new TimerWheel(System.nanoTime(), this::inLoop);
    private final IdentityHashMap<Endpoint, Attachment> attachments = new IdentityHashMap<>();
    private final IdentityHashMap<Attachment, UdpSocket> clientSockets = new IdentityHashMap<>();
    private final ArrayDeque<Ready> ready = new ArrayDeque<>();
    private final Consumer<SelectionKey> addReady = this::addReady;
    private final ArrayDeque<TurnEnd> turnEnds = new ArrayDeque<>();
    private final DurationHistogram forwarding = new DurationHistogram();
    /** Null where datagrams go one by one. */
    private final @Nullable DatagramTrain train;

    private final @Nullable Arrivals arrivals;
    private final List<TcpAcceptor> acceptors = new ArrayList<>();
    private final TcpConnections tcp;
    private final ByteBuffer datagram = ByteBuffer.allocate(BUFFER_BYTES);
    private final ByteBuffer packetBuffer = ByteBuffer.allocate(BUFFER_BYTES);
    private long nowNanos = System.nanoTime();
    /** Datagrams in this turn. */
    private int taken;

    EventLoop(NetConfig config, Router router, HandshakeExecutor handshakes, TcpConnections.Admission tcpAdmission)
            throws IOException {
        this.config = config;
        this.router = router;
        this.handshakes = handshakes;
        this.selector = Selector.open();
        boolean trains =
                !config.portableSockets() && SegmentationOffload.ofThisMachine().works();
        this.train = trains ? new DatagramTrain(counters) : null;
        this.arrivals = trains ? new Arrivals(counters) : null;
        this.tcp = new TcpConnections(this, selector, router, tcpAdmission, counters);
    }

    /** Adds a socket of the shared port before the loop starts; {@code reads} = this loop also receives on it. */
    void addSocket(DatagramChannel channel, BoundAddress bound, boolean reads) throws IOException {
        UdpSocket socket = socket(channel, bound, null);
        List<UdpSocket> all = new ArrayList<>(sockets);
        all.add(socket);
        sockets = List.copyOf(all);
        if (reads) {
            register(socket);
        }
    }

    private UdpSocket socket(DatagramChannel channel, BoundAddress bound, @Nullable Attachment client) {
        if (train == null) {
            return new UdpSocket(channel, bound, counters, client);
        }
        int descriptor = SegmentationOffload.ofThisMachine().descriptor(channel);
        // Where an older kernel does not, arrivals come one by one.
        boolean unused = SegmentationOffload.joinArrivals(descriptor);
        return new UdpSocket(channel, bound, counters, client, train, descriptor);
    }

    private void register(UdpSocket socket) throws IOException {
        Ready reader = () -> read(socket);
        socket.channel().register(selector, SelectionKey.OP_READ, reader);
    }

    /** Takes TCP connections at {@code address}, before the loop starts; returns it with the port that was taken. */
    InetSocketAddress acceptTcp(InetSocketAddress address) throws IOException {
        TcpAcceptor acceptor = TcpAcceptor.open(address, this, selector);
        acceptors.add(acceptor);
        return acceptor.address();
    }

    /** Closes what was opened for a loop that never starts. */
    void abandon() {
        closeChannels();
    }

    TcpConnections tcp() {
        return tcp;
    }

    void start(String name) {
        Thread runner = new Thread(this::run, name);
        runner.setDaemon(true);
        thread = runner;
        runner.start();
    }

    /** Runs {@code task} on the loop, soon and in order. From any thread; after close the task is dropped. */
    @Override
    public void execute(Runnable task) {
        tasks.add(task);
        wakeUp();
    }

    private void wakeUp() {
        if (!inLoop() && wakeUpPending.compareAndSet(false, true)) {
            selector.wakeup();
        }
    }

    /**
     * Returns what makes the loop run {@code task} at the end of its turn: run it for that, from any thread. To run it again
     * before the task did changes nothing. So a loop that has read many packets serves one viewer after the other, each with
     * all of them.
     */
    public Runnable turnEnd(Runnable task) {
        return new TurnEnd(this, task);
    }

    void addTurnEnd(TurnEnd end) {
        if (inLoop()) {
            turnEnds.add(end);
            return;
        }
        TurnEnd former = foreignTurnEnds.get();
        end.setNext(former);
        while (!foreignTurnEnds.compareAndSet(former, end)) {
            former = foreignTurnEnds.get();
            end.setNext(former);
        }
        wakeUp();
    }

    /** Returns whether the caller is this loop's thread. */
    public boolean inLoop() {
        return Thread.currentThread().equals(thread);
    }

    /**
     * Attaches {@code endpoint} to this loop and routes to it: STUN whose USERNAME begins with {@code localUfrag}, then
     * everything from the addresses that it came from. From any thread: attached when this returns on the loop, soon
     * after it otherwise; a check that arrives after the return is not lost.
     *
     * @throws IllegalArgumentException when the ufrag is in use
     */
    public void register(String localUfrag, Endpoint endpoint) {
        Attachment attachment = new Attachment(this, endpoint);
        listen(localUfrag, attachment);
        runOrExecute(() -> attach(attachment, sockets));
    }

    void listen(String ufrag, Attachment attachment) {
        router.add(ufrag, attachment);
        attachment.ufrags().add(ufrag);
    }

    void silence(String ufrag, Attachment attachment) {
        attachment.ufrags().remove(ufrag);
        router.remove(ufrag, attachment);
    }

    /**
     * Attaches a client: it gets an ephemeral socket of its own, because all clients of one server on one socket would share
     * a 5-tuple. From any thread.
     *
     * @throws IOException when no socket can be opened
     */
    public void registerClient(Endpoint endpoint) throws IOException {
        DatagramChannel channel = UdpSocket.openEphemeral(config);
        BoundAddress bound = new BoundAddress((InetSocketAddress) channel.getLocalAddress());
        Attachment attachment = new Attachment(this, endpoint);
        UdpSocket socket = socket(channel, bound, attachment);
        runOrExecute(() -> {
            try {
                register(socket);
                clientSockets.put(attachment, socket);
                attach(attachment, List.of(socket));
            } catch (IOException e) {
                socket.close();
                endpoint.onFailure(e, nowNanos);
            }
        });
    }

    private void runOrExecute(Runnable task) {
        if (inLoop()) {
            task.run();
        } else {
            execute(task);
        }
    }

    private void attach(Attachment attachment, List<UdpSocket> usable) {
        attachments.put(attachment.endpoint(), attachment);
        LoopCounters.add(counters.endpoints, 1);
        attachment.attach(usable);
    }

    /** Takes {@code endpoint} off the loop and forgets its routes; no-op when it is not there. From any thread. */
    public void unregister(Endpoint endpoint) {
        runOrExecute(() -> {
            Attachment attachment = attachments.get(endpoint);
            if (attachment != null) {
                attachment.detach();
            }
        });
    }

    /** Drops what the loop holds of a detached endpoint. */
    void forget(Attachment attachment) {
        if (attachments.remove(attachment.endpoint()) != null) {
            LoopCounters.add(counters.endpoints, -1);
        }
        for (String ufrag : attachment.ufrags()) {
            router.remove(ufrag, attachment);
        }
        UdpSocket own = clientSockets.remove(attachment);
        if (own != null) {
            own.close();
        }
    }

    /** Runs {@code task} on the loop after {@code delayNanos}. From any thread. */
    public ScheduledTask schedule(long delayNanos, Runnable task) {
        long now = inLoop() ? nowNanos : System.nanoTime();
        TimerWheel.Timer timer = timers.timer(now + delayNanos, task);
        runOrExecute(() -> timers.add(timer, nowNanos));
        return timer;
    }

    /** On the loop. */
    TimerWheel.Timer addTimer(long dueNanos, Runnable task) {
        TimerWheel.Timer timer = timers.timer(dueNanos, task);
        timers.add(timer, nowNanos);
        return timer;
    }

    /** Returns the monotonic time; on the loop, that of the current turn or datagram. */
    public long nowNanos() {
        return inLoop() ? nowNanos : System.nanoTime();
    }

    /** Returns the bounded pool that DTLS handshakes block in. */
    public HandshakeExecutor handshakeExecutor() {
        return handshakes;
    }

    /** Returns the concrete addresses that this loop's sockets are bound to. */
    public List<InetSocketAddress> localAddresses() {
        return sockets.stream().map(socket -> socket.bound().address()).toList();
    }

    /**
     * Returns a buffer on the heap, larger than any datagram of WebRTC, in which whoever runs on the loop may put a packet
     * together before it is sent: one for all, so that it stays in the cache. What is in it does not outlive a call.
     */
    public ByteBuffer packetBuffer() {
        return packetBuffer;
    }

    LoopCounters counters() {
        return counters;
    }

    void countFailure() {
        LoopCounters.add(counters.endpointFailures, 1);
    }

    private void run() {
        while (!closing) {
            try {
                turn();
            } catch (Throwable e) {
                LOG.error("event loop turn failed", e);
            }
        }
        shutDown();
    }

    private void turn() throws IOException {
        boolean idle = tasks.isEmpty() && handedOver.isEmpty() && turnEnds.isEmpty() && foreignTurnEnds.get() == null;
        long waitNanos = idle ? timers.waitNanos(System.nanoTime(), IDLE_NANOS) : 0;
        if (waitNanos <= 0) {
            int unused = selector.selectNow(addReady);
        } else {
            int unused = selector.select(addReady, Math.max(1, (waitNanos + 999_999) / 1_000_000));
        }
        wakeUpPending.set(false);
        taken = 0;
        nowNanos = System.nanoTime();
        runTasks();
        takeHandedOver();
        while (!ready.isEmpty()) {
            ready.remove().onReady();
        }
        runTurnEnds();
        runTimers();
        flush();
    }

    private void flush() {
        if (train != null) {
            train.flush();
        }
    }

    private void runTurnEnds() {
        TurnEnd foreign = foreignTurnEnds.get() == null ? null : foreignTurnEnds.getAndSet(null);
        while (foreign != null) {
            turnEnds.add(foreign);
            TurnEnd next = foreign.next();
            foreign.setNext(null);
            foreign = next;
        }
        if (turnEnds.isEmpty()) {
            return;
        }
        long former = NOBODY;
        for (int i = turnEnds.size(); i > 0; i--) {
            nowNanos = System.nanoTime();
            long since = NOBODY;
            try {
                since = turnEnds.remove().perform();
            } catch (Throwable e) {
                LOG.error("end of turn failed", e);
            }
            // What the former one left in the train has gone by now, or with this one's first packet.
            countForwarding(former);
            former = since;
        }
        flush();
        nowNanos = System.nanoTime();
        countForwarding(former);
    }

    private void countForwarding(long sinceNanos) {
        if (sinceNanos != NOBODY) {
            forwarding.record(nowNanos - sinceNanos);
        }
    }

    DurationHistogram forwarding() {
        return forwarding;
    }

    private void addReady(SelectionKey key) {
        ready.add((Ready) key.attachment());
    }

    private void runTasks() {
        long begun = System.nanoTime();
        Runnable task = tasks.poll();
        while (task != null) {
            runGuarded(task);
            task = System.nanoTime() - begun < CHORE_NANOS ? tasks.poll() : null;
        }
    }

    private void runTimers() {
        nowNanos = System.nanoTime();
        Runnable due = timers.pollDue(nowNanos);
        while (due != null) {
            runGuarded(due);
            due = System.nanoTime() - nowNanos < CHORE_NANOS ? timers.pollDue(nowNanos) : null;
        }
        counters.timers.setOpaque(timers.size());
    }

    private static void runGuarded(Runnable task) {
        try {
            task.run();
        } catch (Throwable e) {
            LOG.error("task on event loop failed", e);
        }
    }

    private void takeHandedOver() {
        for (int i = 0; isWithinBudget(i); i++) {
            HandedOver next = handedOver.poll();
            if (next == null) {
                return;
            }
            taken++;
            nowNanos = System.nanoTime();
            deliver(next.attachment(), next.datagram(), next.path());
        }
    }

    /** Gives a datagram to a session of this loop. */
    void deliver(Attachment attachment, ByteBuffer bytes, FiveTuple path) {
        awaitAttached(attachment);
        attachment.handle(bytes, path, nowNanos);
    }

    private void read(UdpSocket socket) {
        if (arrivals != null) {
            arrivals.clear();
        }
        try {
            for (int i = 0; isWithinBudget(i) || (arrivals != null && arrivals.hasMore()); i++) {
                InetSocketAddress source = socket.receive(datagram, arrivals);
                if (source == null) {
                    return;
                }
                taken++;
                nowNanos = System.nanoTime();
                Route route = router.find(socket, source, datagram, counters);
                if (route != null) {
                    dispatch(route);
                }
            }
        } catch (IOException e) {
            // Such as a port unreachable that an earlier datagram caused: the next turn reads on.
            LOG.debug("receive failed", e);
        }
    }

    /**
     * Says when to pause after {@code count} datagrams of one source: when many viewers wait for what was taken in this turn,
     * so that others' packets are not held up behind theirs. No source waits for ever for another one.
     */
    private boolean isWithinBudget(int count) {
        boolean maySend = count == 0 || (long) taken * turnEnds.size() < FAN_OUT_BUDGET;
        return count < READ_BUDGET && maySend;
    }

    private void dispatch(Route route) {
        Attachment attachment = route.attachment();
        if (attachment.loop().equals(this)) {
            deliver(attachment, datagram, route.path());
        } else {
            attachment.loop().handOver(attachment, datagram, route, counters);
        }
    }

    /** A check may overtake the task that attaches its endpoint. */
    private void awaitAttached(Attachment attachment) {
        while (!attachment.isAttached() && !tasks.isEmpty()) {
            runTasks();
        }
    }

    /** Takes a copy for this loop; called on another one, whose {@code theirs} count it. */
    private void handOver(Attachment attachment, ByteBuffer bytes, Route route, LoopCounters theirs) {
        ByteBuffer copy = ByteBuffer.allocate(bytes.remaining() + 64);
        copy.put(bytes.array(), bytes.arrayOffset() + bytes.position(), bytes.remaining())
                .flip();
        if (handedOver.offer(new HandedOver(attachment, copy, route.path()))) {
            LoopCounters.add(theirs.handedOver, 1);
            wakeUp();
        } else {
            LoopCounters.add(theirs.handOversDropped, 1);
        }
    }

    void close() {
        closing = true;
        selector.wakeup();
    }

    void join() throws InterruptedException {
        Thread runner = thread;
        if (runner != null && !inLoop()) {
            runner.join(10_000);
        }
    }

    private void shutDown() {
        nowNanos = System.nanoTime();
        for (int i = 0; i < LAST_CHORES && !tasks.isEmpty(); i++) {
            runTasks();
        }
        for (Attachment attachment : List.copyOf(attachments.values())) {
            attachment.shutDown();
        }
        flush();
        tcp.closeAll();
        closeChannels();
    }

    private void closeChannels() {
        for (UdpSocket socket : sockets) {
            socket.close();
        }
        acceptors.forEach(TcpAcceptor::close);
        try {
            selector.close();
        } catch (IOException e) {
            LOG.debug("selector did not close", e);
        }
    }
}
