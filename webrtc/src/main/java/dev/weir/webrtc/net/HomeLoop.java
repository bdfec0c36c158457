package dev.weir.webrtc.net;

import dev.weir.webrtc.dtls.HandshakeExecutor;
import dev.weir.webrtc.transport.Endpoint;
import java.nio.ByteBuffer;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/**
 * The loop that one session lives on. Which one that is, is open until its peer's first datagrams with more than checks in
 * them have come: the kernel chooses the socket, and so the loop, that receives them. Then the session settles, there if its
 * {@link LoopBalance} agrees, and stays for life. What is given to the home before that follows it.
 */
public final class HomeLoop implements Executor {
    private final @Nullable LoopBalance balance;
    private volatile EventLoop loop;
    private volatile boolean settled;

    HomeLoop(EventLoop loop, @Nullable LoopBalance balance) {
        this.loop = loop;
        this.balance = balance;
        this.settled = balance == null;
    }

    /** Attaches {@code endpoint} here; see {@link EventLoop#register}. */
    public void register(String localUfrag, Endpoint endpoint) {
        loop.register(localUfrag, endpoint, this);
    }

    /** Runs {@code task} on the loop, soon. From any thread; after the loop's end the task is dropped. */
    @Override
    public void execute(Runnable task) {
        boolean stays = settled;
        loop.execute(stays ? task : () -> runHere(task));
    }

    /** Runs {@code task} on the loop after {@code delayNanos}. From any thread. */
    public ScheduledTask schedule(long delayNanos, Runnable task) {
        boolean stays = settled;
        return loop.schedule(delayNanos, stays ? task : () -> runHere(task));
    }

    /** Returns what has the loop run {@code task} again and again; for use once the session is connected. */
    public HomeTimer timer(Runnable task) {
        return new HomeTimer(this, task);
    }

    /** Returns what makes the loop run {@code task} at the end of its turn; see {@link TurnLoop#turnEnd}. */
    public Runnable turnEnd(Runnable task) {
        boolean stays = settled;
        return loop.turnEnd(TurnTask.of(stays ? task : () -> runHere(task)));
    }

    /** Returns the loop, where the session stays once it is connected. */
    public TurnLoop turns() {
        return loop;
    }

    private void runHere(Runnable task) {
        if (loop.inLoop()) {
            task.run();
        } else {
            execute(task);
        }
    }

    /** Returns whether the caller is the loop's thread. */
    public boolean inLoop() {
        return loop.inLoop();
    }

    /** Returns the monotonic time; on the loop, that of the current turn or datagram. */
    public long nowNanos() {
        return loop.nowNanos();
    }

    /** Returns the pool that DTLS handshakes block in, which is that of every loop. */
    public HandshakeExecutor handshakeExecutor() {
        return loop.handshakeExecutor();
    }

    /** Returns the loop's {@link EventLoop#packetBuffer}, once the session is connected. */
    public ByteBuffer packetBuffer() {
        return loop.packetBuffer();
    }

    EventLoop loop() {
        return loop;
    }

    boolean isSettled() {
        return settled;
    }

    /** Returns where to settle, which is where it is unless it {@code mayMove}; on the present loop. */
    EventLoop choose(EventLoop arrival, boolean mayMove) {
        EventLoop present = loop;
        if (balance == null) {
            return present;
        }
        return mayMove ? balance.settle(arrival) : balance.stay(present);
    }

    /** Becomes {@code chosen} for good; whoever sees that sees all that the caller did before. */
    void settle(EventLoop chosen) {
        loop = chosen;
        settled = true;
    }

    /** The session is over. On the loop. */
    void leave() {
        if (balance != null && settled) {
            balance.leave(loop);
        }
    }
}
