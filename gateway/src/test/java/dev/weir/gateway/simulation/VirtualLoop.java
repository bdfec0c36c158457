package dev.weir.gateway.simulation;

import dev.weir.gateway.egress.ViewerSubscriber;
import dev.weir.webrtc.net.TurnLoop;
import dev.weir.webrtc.net.TurnTask;
import java.util.function.UnaryOperator;

/**
 * The one loop of a test: everything happens on it, at the virtual time, and the pace is always on.
 *
 * @param turnEnds makes of a task what has it run at the end of the turn
 */
public record VirtualLoop(VirtualTime time, UnaryOperator<Runnable> turnEnds)
        implements TurnLoop, ViewerSubscriber.Owner {
    /** A loop whose turns end at once. */
    public VirtualLoop(VirtualTime time) {
        this(time, UnaryOperator.identity());
    }

    @Override
    public Runnable turnEnd(TurnTask task) {
        return turnEnds.apply(new Turn(task));
    }

    @Override
    public long nowNanos() {
        return time.nowNanos();
    }

    @Override
    public void onServed(long nowNanos) {
        // Nothing rests here.
    }

    @Override
    public void paceWanted() {
        // Always on.
    }

    /** Does a task; what asks for it meanwhile has it done once more. */
    private static final class Turn implements Runnable {
        private final TurnTask task;
        private boolean underWay;
        private boolean wanted;

        Turn(TurnTask task) {
            this.task = task;
        }

        @Override
        public void run() {
            wanted = true;
            if (underWay) {
                return;
            }
            underWay = true;
            while (wanted) {
                wanted = false;
                int peers = task.begin();
                for (int i = 0; i < peers; i++) {
                    task.serve(i);
                }
                task.end();
            }
            underWay = false;
        }
    }
}
