package dev.weir.webrtc.net;

import java.util.ArrayDeque;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What one loop has been asked to do at the end of its turn. On the loop, but for {@link #push}. */
final class TurnEnds {
    private static final Logger LOG = LoggerFactory.getLogger(TurnEnds.class);
    private static final long NOBODY = Long.MIN_VALUE;

    private final ArrayDeque<TurnEnd> wanted = new ArrayDeque<>();
    /** Those that other threads want, the latest first. */
    private final AtomicReference<@Nullable TurnEnd> pushed = new AtomicReference<>();

    private final DurationHistogram forwarding = new DurationHistogram();

    void add(TurnEnd end) {
        wanted.add(end);
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

    /** Returns how many the loop itself asked for. */
    int size() {
        return wanted.size();
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
        long former = NOBODY;
        for (int i = wanted.size(); i > 0; i--) {
            long now = loop.readClock();
            long since = NOBODY;
            try {
                since = wanted.remove().perform();
            } catch (Throwable e) {
                LOG.error("end of turn failed", e);
            }
            // What the former one left in the train has gone by now, or with this one's first packet.
            countForwarding(former, now);
            former = since;
        }
        loop.flush();
        countForwarding(former, loop.readClock());
    }

    private void countForwarding(long sinceNanos, long nowNanos) {
        if (sinceNanos != NOBODY) {
            forwarding.record(nowNanos - sinceNanos);
        }
    }

    /** Returns how long those that were performed had been wanted; from any thread. */
    DurationHistogram forwarding() {
        return forwarding;
    }
}
