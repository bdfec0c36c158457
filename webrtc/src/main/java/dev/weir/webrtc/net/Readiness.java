package dev.weir.webrtc.net;

import java.io.IOException;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.util.ArrayDeque;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;

/**
 * Waits until a channel of one loop is ready, its time has come or another thread wakes it. A wake-up costs system calls on
 * both sides, so there is one only where the loop waits or is about to. On the loop, but for {@link #wake}.
 */
final class Readiness {
    private final Selector selector;
    private final AtomicBoolean waiting = new AtomicBoolean();
    private final LoopCounters counters;
    private final ArrayDeque<Ready> ready = new ArrayDeque<>();
    private final Consumer<SelectionKey> addReady = this::addReady;

    Readiness(LoopCounters counters) throws IOException {
        this.selector = Selector.open();
        this.counters = counters;
    }

    /** Returns what channels register with, each with a {@link Ready} as attachment. */
    Selector selector() {
        return selector;
    }

    /**
     * Finds the channels that are ready, waiting up to {@code nanos} for one. Whoever has something else for the loop puts it
     * where {@code idle} sees it and calls {@link #wake} then.
     */
    void await(long nanos, BooleanSupplier idle) throws IOException {
        LoopCounters.add(counters.turns, 1);
        if (nanos > 0) {
            waiting.set(true);
            // Asked once more: what came before the loop said that it waits woke nobody.
            if (idle.getAsBoolean()) {
                int unused = selector.select(addReady, Math.max(1, (nanos + 999_999) / 1_000_000));
                waiting.set(false);
                return;
            }
            waiting.set(false);
        }
        int unused = selector.selectNow(addReady);
    }

    private void addReady(SelectionKey key) {
        ready.add((Ready) key.attachment());
    }

    /** Ends a wait, and one that is about to begin; no-op while the loop is at work. From any thread. */
    void wake() {
        if (waiting.get() && waiting.compareAndSet(true, false)) {
            counters.wakeUps.incrementAndGet();
            selector.wakeup();
        }
    }

    /** Lets every channel that was found ready do what it can. */
    void serve() {
        while (!ready.isEmpty()) {
            ready.remove().onReady();
        }
    }

    /** Ends the present wait, or the next one, whatever there is to do. From any thread. */
    void interrupt() {
        selector.wakeup();
    }

    void close() throws IOException {
        selector.close();
    }
}
