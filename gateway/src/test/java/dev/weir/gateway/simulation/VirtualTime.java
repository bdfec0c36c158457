package dev.weir.gateway.simulation;

import java.util.PriorityQueue;

/** A clock that jumps from one thing to do to the next. */
public final class VirtualTime {
    private record Event(long dueNanos, long order, Runnable task) {}

    private final PriorityQueue<Event> events = new PriorityQueue<>(
            (a, b) -> a.dueNanos == b.dueNanos ? Long.compare(a.order, b.order) : Long.compare(a.dueNanos, b.dueNanos));
    private long order;
    private long nowNanos = 10_000_000_000L;

    public long nowNanos() {
        return nowNanos;
    }

    public void after(long delayNanos, Runnable task) {
        events.add(new Event(nowNanos + delayNanos, order++, task));
    }

    /** Repeats {@code task} every {@code intervalNanos} for ever. */
    public void every(long intervalNanos, Runnable task) {
        after(intervalNanos, () -> {
            task.run();
            every(intervalNanos, task);
        });
    }

    public void run(long durationNanos) {
        long end = nowNanos + durationNanos;
        while (!events.isEmpty() && events.peek().dueNanos <= end) {
            Event event = events.remove();
            nowNanos = Math.max(nowNanos, event.dueNanos);
            event.task.run();
        }
        nowNanos = end;
    }
}
