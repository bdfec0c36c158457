package dev.weir.webrtc.net;

import org.jspecify.annotations.Nullable;

/**
 * Spreads sessions of one kind, such as the viewers of a stream, over the loops of a group. A session goes to the loop whose
 * socket receives its peer's datagrams, because everything else costs a copy and a wake-up per datagram, as long as that loop
 * has no more of them than its share and a part of it; to the one with the fewest otherwise. From any thread.
 */
public final class LoopBalance {
    /** So many, and one in so many of all, may be more on a loop than on the emptiest. */
    private static final int LEAST_SLACK = 2;

    private static final int SLACK_PART = 8;

    private final EventLoopGroup group;
    private @Nullable HomeLoop beside;
    private int[] counts = {};
    private int total;

    /** Spreads over the loops of {@code group}. */
    public LoopBalance(EventLoopGroup group) {
        this.group = group;
    }

    /** From now on, who comes while there is nobody goes to the loop of {@code other}. */
    public synchronized void keepBeside(HomeLoop other) {
        beside = other;
    }

    /** Returns a home on some loop, for a session of which nothing has arrived yet. */
    public HomeLoop home() {
        return new HomeLoop(group.next(), this);
    }

    /** Counts a session and returns the loop that it is to live on; {@code arrival} received what its peer sent. */
    synchronized EventLoop settle(EventLoop arrival) {
        EventLoop wanted = total == 0 && beside != null ? beside.loop() : arrival;
        int index = group.loops().indexOf(wanted);
        int fewest = 0;
        for (int i = 1; i < counts().length; i++) {
            fewest = counts[i] < counts[fewest] ? i : fewest;
        }
        boolean full = counts()[index] > counts[fewest] + LEAST_SLACK + total / SLACK_PART;
        return count(full ? fewest : index);
    }

    /** Counts a session that stays on {@code loop}. */
    synchronized EventLoop stay(EventLoop loop) {
        return count(group.loops().indexOf(loop));
    }

    private EventLoop count(int index) {
        counts()[index]++;
        total++;
        return group.loops().get(index);
    }

    private int[] counts() {
        if (counts.length == 0) {
            counts = new int[group.loops().size()];
        }
        return counts;
    }

    /** Forgets a session that lived on {@code loop}. */
    synchronized void leave(EventLoop loop) {
        counts[group.loops().indexOf(loop)]--;
        total--;
    }
}
