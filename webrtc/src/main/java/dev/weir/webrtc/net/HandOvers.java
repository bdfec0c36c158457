package dev.weir.webrtc.net;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/** The datagrams that other loops received for sessions of this one, in their order. Bounded, without locks. */
final class HandOvers {
    private static final int CAPACITY = 4_096;

    /** The latest first. */
    private final AtomicReference<@Nullable HandedOver> pushed = new AtomicReference<>();

    private final AtomicInteger waiting = new AtomicInteger();
    /** Those that the loop has taken out of {@link #pushed}, the first first; on the loop. */
    private @Nullable HandedOver first;

    /** Takes room for one more; false when there is none. From any thread. */
    boolean reserve() {
        if (waiting.incrementAndGet() <= CAPACITY) {
            return true;
        }
        waiting.decrementAndGet();
        return false;
    }

    /** Adds a chain, linked from {@code latest} to {@code earliest}, for which there is room; from any thread. */
    void push(HandedOver latest, HandedOver earliest) {
        HandedOver former = pushed.get();
        earliest.setNext(former);
        while (!pushed.compareAndSet(former, latest)) {
            former = pushed.get();
            earliest.setNext(former);
        }
    }

    /** On the loop. */
    boolean isEmpty() {
        return first == null && pushed.get() == null;
    }

    /** Takes the next one, null when there is none; on the loop. */
    @Nullable
    HandedOver poll() {
        if (first == null) {
            takePushed();
        }
        HandedOver taken = first;
        if (taken != null) {
            first = taken.next();
            taken.setNext(null);
            waiting.decrementAndGet();
        }
        return taken;
    }

    private void takePushed() {
        HandedOver latest = pushed.get() == null ? null : pushed.getAndSet(null);
        while (latest != null) {
            HandedOver former = latest.next();
            latest.setNext(first);
            first = latest;
            latest = former;
        }
    }
}
