package dev.weir.webrtc.net;

import dev.weir.webrtc.ice.FiveTuple;
import dev.weir.webrtc.ice.Protocol;
import dev.weir.webrtc.ice.StunUsername;
import dev.weir.webrtc.transport.Endpoint;
import dev.weir.webrtc.transport.EndpointContext;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Ties one endpoint to its loop: sockets, routes, its timer. Whatever the endpoint throws ends the endpoint, not the loop.
 * On the loop, but for {@link #execute}; while it moves from one to another, on none.
 */
final class Attachment implements EndpointContext {
    private static final Logger LOG = LoggerFactory.getLogger(Attachment.class);
    /** Keeps an endpoint whose deadline does not move from spinning the loop. */
    private static final long SHORTEST_WAIT_NANOS = 1_000_000L;

    private final HomeLoop home;
    private final Endpoint endpoint;
    /** What checks may carry to be for the endpoint; empty for a client, whose socket is its own. */
    private final List<String> ufrags = new CopyOnWriteArrayList<>();

    private final List<FiveTuple> claimed = new ArrayList<>();
    private List<UdpSocket> sockets = List.of();
    /** What was sent on last, found once. */
    private @Nullable FiveTuple currentPath;

    private @Nullable UdpSocket currentSocket;
    private @Nullable Remote currentRemote;
    private List<InetSocketAddress> localAddresses = List.of();
    private TimerWheel.@Nullable Timer timer;
    private boolean attached;
    private boolean detached;

    Attachment(HomeLoop home, Endpoint endpoint) {
        this.home = home;
        this.endpoint = endpoint;
    }

    EventLoop loop() {
        return home.loop();
    }

    Endpoint endpoint() {
        return endpoint;
    }

    List<String> ufrags() {
        return ufrags;
    }

    boolean isAttached() {
        return attached;
    }

    boolean isDetached() {
        return detached;
    }

    void attach(List<UdpSocket> usable) {
        sockets = usable;
        localAddresses = usable.stream().map(socket -> socket.bound().address()).toList();
        attached = true;
        guarded(() -> endpoint.attach(this, loop().nowNanos()));
    }

    /** Takes a datagram that the socket of {@code arrival} received. */
    void handle(ByteBuffer datagram, FiveTuple path, EventLoop arrival, long nowNanos) {
        if (detached || !attached) {
            return;
        }
        boolean settles = !home.isSettled() && !StunUsername.looksLikeStun(datagram) && claimed.contains(path);
        try {
            endpoint.handle(datagram, path, nowNanos);
            reschedule();
        } catch (Throwable e) {
            fail(e);
        }
        if (settles && !detached) {
            settle(arrival);
        }
    }

    /** Checks may come on several paths; what follows them comes on the one that will be used. */
    private void settle(EventLoop arrival) {
        EventLoop present = loop();
        boolean mayMove = claimed.stream().noneMatch(path -> path.protocol() == Protocol.TCP);
        EventLoop chosen = home.choose(arrival, mayMove);
        if (chosen == present) {
            home.settle(present);
            return;
        }
        if (timer != null) {
            timer.cancel();
            timer = null;
        }
        present.letGo(this);
        // Until it is taken in there, nothing arrives and nothing is sent.
        attached = false;
        sockets = List.of();
        currentPath = null;
        currentSocket = null;
        home.settle(chosen);
        chosen.execute(() -> chosen.takeIn(this));
    }

    /** Goes on where it moved to, with the sockets there. */
    void resume(List<UdpSocket> usable) {
        sockets = usable;
        attached = true;
        guarded(() -> {});
    }

    void shutDown() {
        guarded(() -> endpoint.onShutdown(loop().nowNanos()));
        detach();
    }

    private void onTimer(long dueNanos) {
        if (detached || timer == null || timer.dueNanos() != dueNanos) {
            return;
        }
        timer = null;
        guarded(() -> endpoint.onTimeout(loop().nowNanos()));
    }

    private void guarded(Runnable call) {
        try {
            if (!detached) {
                call.run();
                reschedule();
            }
        } catch (Throwable e) {
            fail(e);
        }
    }

    private void fail(Throwable failure) {
        loop().countFailure();
        LOG.error("endpoint failed, ufrags={}", ufrags, failure);
        try {
            endpoint.onFailure(failure, loop().nowNanos());
        } catch (Throwable e) {
            LOG.error("endpoint failed to close, ufrags={}", ufrags, e);
        }
        detach();
    }

    private void reschedule() {
        if (detached) {
            return;
        }
        long deadline = endpoint.nextDeadlineNanos();
        if (deadline == Long.MAX_VALUE) {
            return;
        }
        TimerWheel.Timer pending = timer;
        if (pending != null && deadline - pending.dueNanos() >= 0) {
            return;
        }
        if (pending != null) {
            pending.cancel();
        }
        long soonest = loop().nowNanos() + SHORTEST_WAIT_NANOS;
        long due = deadline - soonest > 0 ? deadline : soonest;
        timer = loop().addTimer(due, () -> onTimer(due));
    }

    @Override
    public long nowNanos() {
        return loop().nowNanos();
    }

    @Override
    public List<InetSocketAddress> localAddresses() {
        return localAddresses;
    }

    @Override
    public void send(ByteBuffer datagram, FiveTuple path) {
        if (path.protocol() == Protocol.TCP) {
            loop().tcp().send(datagram, path);
            return;
        }
        if (!path.equals(currentPath)) {
            find(path);
        }
        UdpSocket socket = currentSocket;
        Remote remote = currentRemote;
        if (socket != null && remote != null) {
            socket.send(datagram, remote);
        }
    }

    private void find(FiveTuple path) {
        currentPath = path;
        currentSocket = null;
        for (UdpSocket socket : sockets) {
            if (sockets.size() == 1 || socket.bound().address().equals(path.local())) {
                currentSocket = socket;
                currentRemote = socket.remote(path.remote());
            }
        }
    }

    @Override
    public boolean claim(FiveTuple path) {
        if (path.protocol() == Protocol.TCP) {
            boolean connected = loop().tcp().claim(path, this);
            if (connected && !claimed.contains(path)) {
                claimed.add(path);
            }
            return connected;
        }
        for (UdpSocket socket : sockets) {
            if (socket.bound().address().equals(path.local())) {
                boolean ours = socket.bound().claim(new Route(path, this));
                if (ours && !claimed.contains(path)) {
                    claimed.add(path);
                }
                return ours;
            }
        }
        return false;
    }

    @Override
    public void release(FiveTuple path) {
        claimed.remove(path);
        if (path.protocol() == Protocol.TCP) {
            loop().tcp().release(path);
            return;
        }
        for (UdpSocket socket : sockets) {
            if (socket.bound().address().equals(path.local())) {
                socket.bound().release(path.remote(), this);
            }
        }
    }

    @Override
    public void listen(String localUfrag) {
        // A client has a socket of its own and needs no ufrag.
        if (!detached && !ufrags.isEmpty()) {
            loop().listen(localUfrag, this);
        }
    }

    @Override
    public void silence(String localUfrag) {
        if (ufrags.contains(localUfrag)) {
            loop().silence(localUfrag, this);
        }
    }

    @Override
    public void deadlineChanged() {
        reschedule();
    }

    @Override
    public void detach() {
        if (detached) {
            return;
        }
        detached = true;
        for (FiveTuple path : List.copyOf(claimed)) {
            release(path);
        }
        if (timer != null) {
            timer.cancel();
            timer = null;
        }
        loop().forget(this);
        home.leave();
    }

    @Override
    public void execute(Runnable task) {
        home.execute(() -> run(task));
    }

    private void run(Runnable task) {
        if (attached || detached) {
            guarded(task);
        } else {
            // Overtook the task that takes it in.
            execute(task);
        }
    }
}
