package dev.weir.webrtc.net;

/**
 * Something that a loop does at the end of a turn, peer by peer: so each gets all that the turn read for it, and in trains. What
 * fails for one peer does not keep the others from theirs. On the loop.
 */
public interface TurnTask {
    /** Returns how many peers each packet is sent to that has this task done, so that the loop reads no more than it can serve. */
    int peers();

    /** Takes what there is to serve, and returns to how many peers. */
    int begin();

    /** Serves one of them; the loop's clock shows when that begins. */
    void serve(int peer);

    /** All were served. */
    void end();

    /** Returns {@code task} as one that serves one peer. */
    static TurnTask of(Runnable task) {
        return new TurnTask() {
            @Override
            public int peers() {
                return 1;
            }

            @Override
            public int begin() {
                return 1;
            }

            @Override
            public void serve(int peer) {
                task.run();
            }

            @Override
            public void end() {}
        };
    }
}
