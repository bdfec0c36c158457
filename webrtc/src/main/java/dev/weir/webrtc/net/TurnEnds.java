package dev.weir.webrtc.net;

import java.util.ArrayDeque;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What one loop has been asked to do at the end of its turn. On the loop, but for {@link #push}. */
final class TurnEnds {
    private static final Logger LOG = LoggerFactory.getLogger(TurnEnds.class);

    private final ArrayDeque<TurnEnd> wanted = new ArrayDeque<>();
    /** Those that other threads want, the latest first. */
    private final AtomicReference<@Nullable TurnEnd> pushed = new AtomicReference<>();

    private final ForwardingTimes forwarding = new ForwardingTimes();
    private int peers;

    void add(TurnEnd end) {
        wanted.add(end);
        peers += end.task().peers();
    }

    /** Adds a chain, linked from {@code latest} to {@code first}; from any thread. */
    void push(TurnEnd latest, TurnEnd first) {
        TurnEnd former = pushed.get();
        first.setNext(former);
        while (!pushed.compareAndSet(former, latest)) {
            former = pushed.get();
            first.setNext(former);
        }
    }

    boolean isEmpty() {
        return wanted.isEmpty() && pushed.get() == null;
    }

    /** Returns how many peers wait to be served for what the loop itself read. */
    int peers() {
        return peers;
    }

    /** Does all that was asked for up to now, and has it sent. */
    void perform(EventLoop loop) {
        TurnEnd foreign = pushed.get() == null ? null : pushed.getAndSet(null);
        while (foreign != null) {
            wanted.add(foreign);
            TurnEnd next = foreign.next();
            foreign.setNext(null);
            foreign = next;
        }
        if (wanted.isEmpty()) {
            return;
        }
        peers = 0;
        for (int i = wanted.size(); i > 0; i--) {
            perform(wanted.remove(), loop);
        }
        loop.flush();
        forwarding.end(loop.sendCalls(), loop.readClock());
    }

    private void perform(TurnEnd end, EventLoop loop) {
        long since = end.take();
        TurnTask task = end.task();
        int count = begin(task);
        for (int i = 0; i < count; i++) {
            forwarding.next(since, loop.sendCalls(), loop.readClock());
            try {
                task.serve(i);
            } catch (Throwable e) {
                LOG.error("end of turn failed", e);
            }
        }
        task.end();
    }

    private static int begin(TurnTask task) {
        try {
            return task.begin();
        } catch (Throwable e) {
            LOG.error("end of turn failed", e);
            return 0;
        }
    }

    /** Returns how long those that were performed had been wanted; from any thread. */
    DurationHistogram forwarding() {
        return forwarding.histogram();
    }
}
