package dev.weir.webrtc.net;

import dev.weir.webrtc.dtls.HandshakeExecutor;
import dev.weir.webrtc.ice.FiveTuple;
import dev.weir.webrtc.transport.Endpoint;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Executor;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Drives endpoints from one thread: sockets, timers, tasks. Sessions live on one loop for life. */
public final class EventLoop implements Executor, TurnLoop {
    private static final Logger LOG = LoggerFactory.getLogger(EventLoop.class);

    private static final int BUFFER_BYTES = 4_096;

    private final NetConfig config;
    private final Router router;
    private final HandshakeExecutor handshakes;
    private final LoopCounters counters = new LoopCounters();
    private final Readiness readiness = new Readiness(counters);
    private final Chores chores = new Chores(this::inLoop);
    private final TurnEnds turnEnds = new TurnEnds();
    private volatile boolean closing;
    private volatile @Nullable Thread thread;

    // On the loop only.
    private final BooleanSupplier idle = this::isIdle;
    private final Endpoints endpoints = new Endpoints(counters);
    private final Outboxes outboxes = new Outboxes();
    private final Receiver receiver;
    private final LoopSockets sockets;
    private final TcpConnections tcp;
    private final ByteBuffer packetBuffer = ByteBuffer.allocate(BUFFER_BYTES);
    private long nowNanos = System.nanoTime();

    EventLoop(NetConfig config, Router router, HandshakeExecutor handshakes, TcpConnections.Admission tcpAdmission)
            throws IOException {
        this.config = config;
        this.router = router;
        this.handshakes = handshakes;
        boolean quick =
                !config.portableSockets() && SegmentationOffload.ofThisMachine().works();
        Arrivals arrivals = quick ? new Arrivals(counters) : null;
        this.receiver = new Receiver(this, router, outboxes, arrivals, BUFFER_BYTES, counters);
        DatagramTrains trains = quick ? new DatagramTrains(counters) : null;
        this.sockets = new LoopSockets(readiness, receiver, trains, counters);
        this.tcp = new TcpConnections(this, readiness.selector(), router, tcpAdmission, counters);
    }

    /** Adds a socket of the shared port before the loop starts; {@code reads} = this loop also receives on it. */
    void addSocket(DatagramChannel channel, BoundAddress bound, boolean reads) throws IOException {
        sockets.add(channel, bound, reads);
    }

    /** Takes TCP connections at {@code address}, before the loop starts; returns it with the port that was taken. */
    InetSocketAddress acceptTcp(InetSocketAddress address) throws IOException {
        return tcp.listen(address);
    }

    /** Closes what was opened for a loop that never starts. */
    void abandon() {
        closeChannels();
    }

    TcpConnections tcp() {
        return tcp;
    }

    void start(String name) {
        Thread runner = new LoopThread(this, name);
        runner.setDaemon(true);
        thread = runner;
        runner.start();
    }

    /** Runs {@code task} on the loop, soon and in order. From any thread; after close the task is dropped. */
    @Override
    public void execute(Runnable task) {
        chores.add(task);
        if (!inLoop()) {
            wakeUp();
        }
    }

    /** Has the loop look for what other threads have put in its queues; from any thread. */
    void wakeUp() {
        readiness.wake();
    }

    @Override
    public Runnable turnEnd(TurnTask task) {
        return new TurnEnd(this, task);
    }

    void addTurnEnd(TurnEnd end) {
        EventLoop caller = LoopThread.loopOfCaller();
        if (caller == this) {
            turnEnds.add(end);
        } else if (caller != null) {
            caller.outboxes.to(this).add(end);
        } else {
            turnEnds.push(end, end);
            wakeUp();
        }
    }

    HandOvers handOvers() {
        return receiver.handOvers();
    }

    TurnEnds turnEnds() {
        return turnEnds;
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
        register(localUfrag, endpoint, new HomeLoop(this, null));
    }

    void register(String localUfrag, Endpoint endpoint, HomeLoop home) {
        Attachment attachment = new Attachment(home, endpoint);
        listen(localUfrag, attachment);
        runOrExecute(() -> {
            endpoints.add(attachment);
            attachment.attach(sockets.shared());
        });
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
        Attachment attachment = new Attachment(new HomeLoop(this, null), endpoint);
        UdpSocket socket = sockets.open(channel, bound, attachment);
        runOrExecute(() -> {
            try {
                sockets.receive(socket);
                endpoints.add(attachment, socket);
                attachment.attach(List.of(socket));
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

    /** Forgets an endpoint that moves to another loop; its routes stay. */
    void letGo(Attachment attachment) {
        endpoints.remove(attachment);
    }

    /** Takes an endpoint that another loop let go. */
    void takeIn(Attachment attachment) {
        if (!attachment.isDetached()) {
            endpoints.add(attachment);
            attachment.resume(sockets.shared());
        }
    }

    /** Takes {@code endpoint} off the loop and forgets its routes; no-op when it is not there. From any thread. */
    public void unregister(Endpoint endpoint) {
        runOrExecute(() -> {
            Attachment attachment = endpoints.find(endpoint);
            if (attachment != null) {
                attachment.detach();
            }
        });
    }

    /** Drops what the loop holds of a detached endpoint. */
    void forget(Attachment attachment) {
        endpoints.remove(attachment);
        for (String ufrag : attachment.ufrags()) {
            router.remove(ufrag, attachment);
        }
    }

    /** Runs {@code task} on the loop after {@code delayNanos}. From any thread. */
    public ScheduledTask schedule(long delayNanos, Runnable task) {
        if (inLoop()) {
            return addTimer(nowNanos + delayNanos, task);
        }
        TimerWheel.Timer timer = chores.timers().timer(System.nanoTime() + delayNanos, task);
        execute(() -> chores.timers().add(timer, nowNanos));
        return timer;
    }

    /** On the loop. */
    TimerWheel.Timer addTimer(long dueNanos, Runnable task) {
        TimerWheel.Timer timer = chores.timers().timer(dueNanos, task);
        chores.timers().add(timer, nowNanos);
        return timer;
    }

    /** Has {@code timer}, which {@link #addTimer} gave, run {@code task} at another time; on the loop. */
    void restartTimer(TimerWheel.Timer timer, long dueNanos, Runnable task) {
        chores.timers().restart(timer, dueNanos, task, nowNanos);
    }

    @Override
    public long nowNanos() {
        return inLoop() ? nowNanos : System.nanoTime();
    }

    /** Returns the bounded pool that DTLS handshakes block in. */
    public HandshakeExecutor handshakeExecutor() {
        return handshakes;
    }

    /** Returns the concrete addresses that this loop's sockets are bound to. */
    public List<InetSocketAddress> localAddresses() {
        return sockets.addresses();
    }

    /**
     * Returns a buffer on the heap, larger than any datagram of WebRTC, in which whoever runs on the loop may put a packet
     * together before it is sent: one for all, so that it stays in the cache. What is in it does not outlive a call.
     */
    public ByteBuffer packetBuffer() {
        return packetBuffer;
    }

    /** Returns the ports of the clients' sockets; from any thread. */
    Set<Integer> clientPorts() {
        return endpoints.clientPorts();
    }

    LoopCounters counters() {
        return counters;
    }

    void countFailure() {
        LoopCounters.add(counters.endpointFailures, 1);
    }

    /** The life of the loop's thread. */
    void run() {
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
        readiness.await(isIdle() ? chores.idleNanos() : 0, idle);
        nowNanos = System.nanoTime();
        chores.runTasks();
        receiver.takeHandedOver();
        readiness.serve();
        outboxes.send();
        turnEnds.perform(this);
        nowNanos = System.nanoTime();
        chores.runTimers(nowNanos);
        counters.timers.setOpaque(chores.timers().size());
        outboxes.send();
        flush();
    }

    private boolean isIdle() {
        return !chores.hasTasks() && receiver.handOvers().isEmpty() && turnEnds.isEmpty();
    }

    void flush() {
        sockets.flush();
    }

    /** Sets the time of what is done next, and returns it; on the loop. */
    long readClock() {
        nowNanos = System.nanoTime();
        return nowNanos;
    }

    /** Returns how many calls have sent something; on the loop. */
    long sendCalls() {
        return counters.sendCalls.getPlain();
    }

    DurationHistogram forwarding() {
        return turnEnds.forwarding();
    }

    /** Gives a datagram that came by TCP to a session of this loop. */
    void deliver(Attachment attachment, ByteBuffer bytes, FiveTuple path) {
        receiver.deliver(attachment, bytes, path, this);
    }

    /** A check may overtake the task that attaches its endpoint. */
    void awaitAttached(Attachment attachment) {
        while (!attachment.isAttached() && chores.hasTasks()) {
            chores.runTasks();
        }
    }

    void close() {
        closing = true;
        readiness.interrupt();
    }

    void join() throws InterruptedException {
        Thread runner = thread;
        if (runner != null && !inLoop()) {
            runner.join(10_000);
        }
    }

    private void shutDown() {
        nowNanos = System.nanoTime();
        chores.runLastTasks();
        endpoints.shutDown();
        outboxes.send();
        flush();
        closeChannels();
    }

    private void closeChannels() {
        tcp.closeAll();
        sockets.close();
        try {
            readiness.close();
        } catch (IOException e) {
            LOG.debug("selector did not close", e);
        }
    }
}
