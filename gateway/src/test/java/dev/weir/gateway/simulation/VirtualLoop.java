package dev.weir.gateway.simulation;

import dev.weir.gateway.egress.ViewerSubscriber;

/** The one loop of a simulation: everything happens on it, at the virtual time, and the pace is always on. */
record VirtualLoop(VirtualTime time) implements ViewerSubscriber.Home {
    @Override
    public boolean inLoop() {
        return true;
    }

    @Override
    public Runnable turnEnd(Runnable task) {
        return task;
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
