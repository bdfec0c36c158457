package dev.weir.gateway.simulation;

import dev.weir.gateway.egress.ViewerSubscriber;
import java.util.function.UnaryOperator;

/**
 * The one loop of a test: everything happens on it, at the virtual time, and the pace is always on.
 *
 * @param turnEnds makes of a task what has it run at the end of the turn
 */
public record VirtualLoop(VirtualTime time, UnaryOperator<Runnable> turnEnds) implements ViewerSubscriber.Home {
    /** A loop whose turns end at once. */
    public VirtualLoop(VirtualTime time) {
        this(time, UnaryOperator.identity());
    }

    @Override
    public boolean inLoop() {
        return true;
    }

    @Override
    public Runnable turnEnd(Runnable task) {
        return turnEnds.apply(task);
    }

    @Override
    public long nowNanos() {
        return time.nowNanos();
    }

    @Override
    public void paceWanted() {
        // Always on.
    }
}
